"""Partners look after their endpoints by API: their own, and nobody else's."""

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook

from partners.models import (
    Delivery,
    DeliveryState,
    EndpointState,
    IdempotentAnswer,
    WebhookEndpoint,
)
from partners.tests.api_helpers import Platform, is_problem, row_counts
from partners.tests.receivers import Receiver, receiving
from partners.tests.webhook_helpers import news
from partners.webhooks.delivering import deliver_due
from partners.webhooks.recording import disable
from partners.webhooks.ringing import ring_endpoints

WEBHOOKS = "/api/v1/webhooks"
URL = "https://hooks.example/ncii"

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def post(platform: Platform, path: str, body: Any, key: str = "") -> Any:
    return platform.post(f"{WEBHOOKS}{path}", body, Idempotency_Key=key or str(uuid.uuid4()))


def added(platform: Platform, url: str = URL, **fields: Any) -> dict[str, Any]:
    answer = post(platform, "", {"url": url} | fields)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def test_an_endpoint_is_added_rung_and_verified(platform: Platform, receiver: Receiver) -> None:
    made = added(platform, receiver.url)
    assert made["state"] == "active"
    news()
    ring_endpoints()
    deliver_due()
    (got,) = receiver.got
    Webhook(made["secret"]).verify(got.body, got.headers)


def test_the_secret_is_shown_once_and_kept_nowhere_in_the_clear(platform: Platform) -> None:
    secret = added(platform)["secret"]
    (listed,) = platform.get(WEBHOOKS).json()["webhooks"]
    assert "secret" not in listed
    assert "secret" not in platform.get(f"{WEBHOOKS}/{listed['id']}").json()
    assert secret not in IdempotentAnswer.objects.get().body
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM partners_webhookendpoint")
        assert secret not in cursor.fetchone()[0]


def test_the_same_request_again_is_the_same_endpoint_and_secret(platform: Platform) -> None:
    key = str(uuid.uuid4())
    first = post(platform, "", {"url": URL}, key)
    second = post(platform, "", {"url": URL}, key)
    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    assert WebhookEndpoint.objects.count() == 1
    is_problem(post(platform, "", {"url": f"{URL}/other"}, key), 422)


def test_a_removed_endpoint_is_gone_and_its_record_stays(platform: Platform) -> None:
    made = added(platform)
    news()
    ring_endpoints()
    answer = platform.send("DELETE", f"{WEBHOOKS}/{made['id']}", {})
    assert (answer.status_code, answer.json()["state"]) == (200, "removed")
    assert platform.get(WEBHOOKS).json() == {"webhooks": []}
    is_problem(platform.get(f"{WEBHOOKS}/{made['id']}"), 404)
    is_problem(platform.send("DELETE", f"{WEBHOOKS}/{made['id']}", {}), 404)
    assert Delivery.objects.get().state == DeliveryState.FAILED
    news()
    assert ring_endpoints() == 0


def test_a_test_message_goes_out_whatever_is_wanted(platform: Platform, receiver: Receiver) -> None:
    made = added(platform, receiver.url, events=["key.expiring"])
    answer = post(platform, f"/{made['id']}/test", {})
    assert answer.status_code == 202
    deliver_due()
    (got,) = receiver.got
    assert got.headers["webhook-id"] == answer.json()["message"]
    assert Webhook(made["secret"]).verify(got.body, got.headers)["type"] == "webhook.test"


def test_a_replaced_secret_overlaps(platform: Platform, receiver: Receiver) -> None:
    made = added(platform, receiver.url)
    answer = post(platform, f"/{made['id']}/secret", {})
    assert answer.status_code == 200
    assert answer.json()["secret"] != made["secret"]
    post(platform, f"/{made['id']}/test", {})
    deliver_due()
    (got,) = receiver.got
    for secret in (made["secret"], answer.json()["secret"]):
        Webhook(secret).verify(got.body, got.headers)
    assert not IdempotentAnswer.objects.filter(body__contains="whsec_").exists()


def test_one_message_or_a_time_is_sent_again(platform: Platform, receiver: Receiver) -> None:
    made = added(platform, receiver.url)
    for _ in range(3):
        post(platform, f"/{made['id']}/test", {})
    deliver_due()
    first = receiver.got[0].headers["webhook-id"]
    answer = post(platform, f"/{made['id']}/replay", {"id": first})
    assert (answer.status_code, answer.json()) == (202, {"replayed": 1})
    deliver_due()
    assert [got.headers["webhook-id"] for got in receiver.got].count(first) == 2
    hour = {
        "since": (timezone.now() - timedelta(hours=1)).isoformat(),
        "until": timezone.now().isoformat(),
    }
    assert post(platform, f"/{made['id']}/replay", hour).json() == {"replayed": 3}
    deliver_due()
    assert len(receiver.got) == 7
    is_problem(post(platform, f"/{made['id']}/replay", {"id": "msg_unknown"}), 404)


def test_a_disabled_endpoint_says_why_and_sends_nothing(platform: Platform) -> None:
    made = added(platform)
    disable(WebhookEndpoint.objects.get(), "The endpoint answered 410 Gone.")
    seen = platform.get(f"{WEBHOOKS}/{made['id']}").json()
    assert (seen["state"], seen["disabled_because"]) == (
        "disabled",
        "The endpoint answered 410 Gone.",
    )
    is_problem(post(platform, f"/{made['id']}/test", {}), 409)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": 7},
        {"url": ""},
        {"url": "http://hooks.example/"},
        {"url": "https://10.0.0.1/"},
        {"url": "https://hooks.example:8443/"},
        {"url": "https://user:pass@hooks.example/"},
        {"url": "https://hooks.example/" + "x" * 500},
        {"url": URL, "events": "hashes.published"},
        {"url": URL, "events": ["hashes.stolen"]},
        {"url": URL, "secret": "whsec_mine"},
        [],
        None,
    ],
)
def test_a_bad_endpoint_is_refused_and_leaves_no_trace(platform: Platform, body: Any) -> None:
    before = row_counts()
    is_problem(post(platform, "", body), 400)
    assert row_counts() == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "msg_x", "since": "2026-01-01T00:00:00Z"},
        {"since": "2026-01-01T00:00:00Z"},
        {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
        {"since": "yesterday", "until": "today"},
    ],
)
def test_a_bad_replay_is_refused(platform: Platform, body: Any) -> None:
    made = added(platform)
    is_problem(post(platform, f"/{made['id']}/replay", body), 400)


def test_another_partners_endpoints_are_not_there(platform: Platform) -> None:
    made, other = added(platform), Platform()
    assert other.get(WEBHOOKS).json() == {"webhooks": []}
    path = f"/{made['id']}"
    is_problem(other.get(WEBHOOKS + path), 404)
    is_problem(other.send("DELETE", WEBHOOKS + path, {}), 404)
    for action, body in (("test", {}), ("secret", {}), ("replay", {"id": "msg_x"})):
        is_problem(post(other, f"{path}/{action}", body), 404)
    assert WebhookEndpoint.objects.get().state == EndpointState.ACTIVE


def test_only_a_key_that_may_manage_gets_in() -> None:
    reader = Platform(scopes=["feed", "report", "lookup", "contribute"])
    is_problem(reader.get(WEBHOOKS), 403)
    is_problem(post(reader, "", {"url": URL}), 403)


@pytest.mark.django_db(transaction=True)
def test_ten_endpoints_are_the_most_even_at_once(platform: Platform) -> None:
    def add(n: int) -> int:
        answer = post(platform, "", {"url": f"{URL}/{n}"})
        connection.close()
        return int(answer.status_code)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(add, range(14)))
    assert sorted(answers) == [201] * 10 + [409] * 4
    assert len(json.loads(platform.get(WEBHOOKS).content)["webhooks"]) == 10
