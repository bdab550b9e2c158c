"""A sandbox key's endpoints are real, hear what is made up, and never anything of the bank."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from partners.models import ApiKey, Delivery, Event, WebhookEndpoint
from partners.sandbox import NOW, read_cursor
from partners.services import make_key
from partners.tests.api_helpers import Platform, is_problem
from partners.tests.receivers import receiving
from partners.tests.webhook_helpers import news, withdraw
from partners.webhooks.delivering import deliver_due
from partners.webhooks.endpoints import make_up, notify
from partners.webhooks.ringing import ring_endpoints
from partners.webhooks.upkeep import warn_of_expiring_keys

WEBHOOKS = "/api/v1/webhooks"
URL = "https://hooks.example/ncii"
pytestmark = pytest.mark.django_db


def _sandboxed(partner_of: Platform | None = None) -> Platform:
    platform = partner_of or Platform()
    other = Platform.__new__(Platform)
    other.__dict__ |= platform.__dict__
    other.row, other.key = make_key(platform.partner, scopes=["manage"], sandbox=True)
    return other


def _post(platform: Platform, path: str, body: Any) -> Any:
    return platform.post(WEBHOOKS + path, body, Idempotency_Key=str(uuid.uuid4()))


def _added(platform: Platform, url: str = URL, **fields: Any) -> dict[str, Any]:
    answer = _post(platform, "", {"url": url} | fields)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


@pytest.mark.parametrize("event", Event.values)
def test_any_event_can_be_made_up_and_arrives_signed(event: str) -> None:
    platform = _sandboxed()
    with receiving() as receiver:
        made = _added(platform, receiver.url, events=["key.expiring"])
        answer = _post(platform, f"/{made['id']}/test", {"event": event})
        assert answer.status_code == 202
        deliver_due()
        (got,) = receiver.got
    said = Webhook(made["secret"]).verify(got.body, got.headers)
    assert got.headers["webhook-id"] == answer.json()["message"]
    assert said["type"] == event
    if "cursor" in said["data"]:
        assert read_cursor(said["data"]["cursor"]) > 0
    if "id" in said["data"]:
        assert said["data"]["id"] in NOW


def test_it_hears_nothing_of_the_bank() -> None:
    platform = _sandboxed()
    _added(platform)
    ApiKey.objects.update(expires_at=timezone.now() + timedelta(days=3))
    withdraw(news())
    ring_endpoints()
    notify(platform.partner, Event.MATCH_REVIEWED, {"id": "x"})
    warn_of_expiring_keys()
    assert not Delivery.objects.exists()
    assert ring_endpoints() == 0, "and is owed nothing for ever"


def test_either_kind_of_key_finds_its_own_endpoints_only() -> None:
    real = Platform()
    sandboxed = _sandboxed(real)
    theirs = {real.key: _added(real), sandboxed.key: _added(sandboxed)}
    for platform, stranger in ((real, sandboxed), (sandboxed, real)):
        (listed,) = platform.get(WEBHOOKS).json()["webhooks"]
        assert listed["id"] == theirs[platform.key]["id"]
        path = f"/{theirs[stranger.key]['id']}"
        is_problem(platform.get(WEBHOOKS + path), 404)
        is_problem(platform.send("DELETE", WEBHOOKS + path, {}), 404)
        for action, body in (("test", {}), ("secret", {}), ("replay", {"id": "msg_x"})):
            is_problem(_post(platform, f"{path}/{action}", body), 404)
    assert WebhookEndpoint.objects.filter(state="active").count() == 2


def test_a_real_endpoint_is_told_nothing_made_up() -> None:
    platform = Platform()
    made = _added(platform)
    is_problem(_post(platform, f"/{made['id']}/test", {"event": "hashes.withdrawn"}), 400)
    with pytest.raises(ValueError, match="sandbox"):
        make_up(WebhookEndpoint.objects.get(), Event.HASHES_WITHDRAWN)
    assert not Delivery.objects.exists()


def test_secret_replay_and_removal_are_as_in_earnest() -> None:
    platform = _sandboxed()
    with receiving() as receiver:
        made = _added(platform, receiver.url)
        path = f"/{made['id']}"
        secret = _post(platform, f"{path}/secret", {}).json()["secret"]
        message = _post(platform, f"{path}/test", {"event": "hashes.published"}).json()["message"]
        deliver_due()
        assert _post(platform, f"{path}/replay", {"id": message}).json() == {"replayed": 1}
        deliver_due()
        assert len(receiver.got) == 2
        for got in receiver.got:
            Webhook(secret).verify(got.body, got.headers)
            assert json.loads(got.body)["data"]["cursor"].startswith("sandbox.")
    assert platform.send("DELETE", WEBHOOKS + path, {}).json()["state"] == "removed"
    assert platform.get(WEBHOOKS).json() == {"webhooks": []}


def test_a_word_that_is_no_event_is_refused() -> None:
    platform = _sandboxed()
    made = _added(platform)
    is_problem(_post(platform, f"/{made['id']}/test", {"event": "hashes.stolen"}), 400)
