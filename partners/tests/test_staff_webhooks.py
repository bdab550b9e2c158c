"""Staff make an endpoint, see its secret once, switch it, read its deliveries and replay them."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from partners.models import (
    Attempt,
    Delivery,
    DeliveryState,
    EndpointState,
    Event,
    Partner,
    WebhookEndpoint,
)
from partners.webhooks.endpoints import add_endpoint, send_test

pytestmark = pytest.mark.django_db
ADD = "/staff/partners/webhookendpoint/add/"
LIST = "/staff/partners/webhookendpoint/"


@pytest.fixture
def partner() -> Partner:
    return Partner.objects.create(name="Kiosk")


@pytest.fixture
def endpoint(partner: Partner) -> WebhookEndpoint:
    return add_endpoint(partner, "https://hooks.example.com/ncii")[0]


@pytest.fixture
def failed(endpoint: WebhookEndpoint) -> Delivery:
    delivery = send_test(endpoint)
    delivery.state, delivery.attempt_count = DeliveryState.FAILED, 14
    delivery.save()
    Attempt.objects.create(
        delivery=delivery, status=503, outcome="refused", milliseconds=12, answer="<b>later</b>"
    )
    return delivery


def _secret(page: str) -> str:
    (text,) = re.findall(r'<code id="secret">(whsec_[^<]+)</code>', page)
    return str(text)


def test_the_secret_is_shown_once(admin_client: Client, partner: Partner) -> None:
    fields = {
        "partner": partner.pk,
        "url": "https://hooks.example.com/ncii",
        "events": ["hashes.published"],
    }
    secret = _secret(admin_client.post(ADD, fields).content.decode())

    endpoint = WebhookEndpoint.objects.get()
    later = admin_client.get(f"{LIST}{endpoint.pk}/change/").content.decode()
    assert endpoint.secret == secret
    assert endpoint.events == [Event.HASHES_PUBLISHED]
    assert secret not in later


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example.com/", "https://10.0.0.1/", "https://hooks.example.com:8443/", "x"],
)
def test_an_address_the_bank_does_not_ring_is_refused_at_the_field(
    admin_client: Client, partner: Partner, url: str
) -> None:
    answer = admin_client.post(ADD, {"partner": partner.pk, "url": url})

    assert "errorlist" in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_a_new_secret_is_shown_and_the_old_one_goes_on_for_a_day(
    admin_client: Client, endpoint: WebhookEndpoint
) -> None:
    old = endpoint.secret

    secret = _secret(admin_client.post(f"{LIST}{endpoint.pk}/new-secret/").content.decode())

    endpoint.refresh_from_db()
    assert (endpoint.secret, endpoint.previous_secret) == (secret, old)


def test_a_new_secret_is_not_made_by_a_link(
    admin_client: Client, endpoint: WebhookEndpoint
) -> None:
    old = endpoint.secret

    assert admin_client.get(f"{LIST}{endpoint.pk}/new-secret/").status_code == 302

    endpoint.refresh_from_db()
    assert endpoint.secret == old


def test_switching_off_and_on(admin_client: Client, endpoint: WebhookEndpoint) -> None:
    chosen = {"_selected_action": [endpoint.pk]}

    admin_client.post(LIST, {"action": "disable_selected", **chosen})
    endpoint.refresh_from_db()
    assert endpoint.state == EndpointState.DISABLED

    admin_client.post(LIST, {"action": "enable_selected", **chosen})
    endpoint.refresh_from_db()
    assert endpoint.state == EndpointState.ACTIVE


def test_a_test_message_becomes_a_delivery(admin_client: Client, endpoint: WebhookEndpoint) -> None:
    admin_client.post(LIST, {"action": "test_selected", "_selected_action": [endpoint.pk]})

    assert Delivery.objects.get().event == Event.WEBHOOK_TEST


def test_an_endpoint_that_is_switched_off_is_sent_nothing_and_staff_are_told(
    admin_client: Client, failed: Delivery
) -> None:
    WebhookEndpoint.objects.update(state=EndpointState.DISABLED)
    before = Delivery.objects.values().get()

    pages = [
        admin_client.post(path, {"action": action, "_selected_action": [pk]}, follow=True)
        for path, action, pk in (
            (LIST, "test_selected", failed.endpoint_id),
            ("/staff/partners/delivery/", "replay", failed.pk),
        )
    ]

    assert Delivery.objects.values().get() == before
    for page in pages:
        assert "switched off: 1 left" in page.content.decode()


def test_attempts_are_read_with_what_came_back(admin_client: Client, failed: Delivery) -> None:
    text = admin_client.get(f"/staff/partners/delivery/{failed.pk}/change/").content.decode()

    assert "503" in text
    assert "&lt;b&gt;later&lt;/b&gt;" in text
    assert failed.message_id in text


def test_a_failed_delivery_is_sent_again(admin_client: Client, failed: Delivery) -> None:
    admin_client.post(
        "/staff/partners/delivery/", {"action": "replay", "_selected_action": [failed.pk]}
    )

    before = failed.message_id
    failed.refresh_from_db()
    assert (failed.state, failed.message_id) == (DeliveryState.DUE, before)


def test_a_day_of_deliveries_is_sent_again(
    admin_client: Client, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partners.admin.webhooks.REPLAYED_AT_ONCE", 3)
    days = [datetime(2026, 1, day, 12, tzinfo=UTC) for day in (1, 2, 2, 2, 2, 3)]
    made = [send_test(endpoint) for _ in days]
    for delivery, day in zip(made, days, strict=True):
        delivery.created_at, delivery.state = day, DeliveryState.DELIVERED
        delivery.save()
    day_2 = "created_at__year=2026&created_at__month=1&created_at__day=2"

    answer = admin_client.post(
        f"/staff/partners/delivery/?{day_2}",
        {"action": "replay", "select_across": "1", "_selected_action": [made[1].pk]},
        follow=True,
    )

    due = Delivery.objects.filter(state=DeliveryState.DUE).order_by("pk")
    assert list(due) == made[1:4]
    assert "There are more" in answer.content.decode()


def test_a_delivery_can_not_be_written(admin_client: Client, failed: Delivery) -> None:
    before = Delivery.objects.values().get()

    admin_client.post(f"/staff/partners/delivery/{failed.pk}/change/", {"payload": "{}"})
    admin_client.post(f"/staff/partners/delivery/{failed.pk}/delete/", {"post": "yes"})

    assert Delivery.objects.values().get() == before
