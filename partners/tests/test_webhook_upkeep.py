"""Partners hear in time that a key ends; what was delivered long ago is forgotten."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from partners.models import (
    ApiKey,
    Attempt,
    Delivery,
    DeliveryState,
    EndpointState,
    Event,
    Partner,
    WebhookEndpoint,
)
from partners.services import make_key, revoke_key
from partners.tests.webhook_helpers import endpoint_at, news
from partners.webhooks.endpoints import send_test
from partners.webhooks.leasing import owed
from partners.webhooks.ringing import ring_endpoints
from partners.webhooks.upkeep import KEPT_FOR, forget_old_deliveries, warn_of_expiring_keys

pytestmark = pytest.mark.django_db
URL = "https://hooks.example/"


def key_that_ends_in(partner: Partner, days: int) -> ApiKey:
    return make_key(partner, expires_at=timezone.now() + timedelta(days=days))[0]


def test_each_endpoint_hears_once_of_a_key_that_ends_soon() -> None:
    endpoint = endpoint_at(URL)
    endpoint_at(f"{URL}2", partner=endpoint.partner)
    key = key_that_ends_in(endpoint.partner, 13)
    assert warn_of_expiring_keys() == 2
    assert warn_of_expiring_keys() == 0
    message = Delivery.objects.filter(endpoint=endpoint).get()
    assert message.event == Event.KEY_EXPIRING
    assert len(message.message_id) <= 40
    assert message.message_id.rpartition("_")[2] != str(endpoint.pk), "it counts all endpoints"
    said = json.loads(message.payload)["data"]
    assert said["key"] == f"nhb_{key.public_id}"
    assert set(said) == {"key", "label", "expires_at"}


def test_nobody_hears_of_keys_that_go_on_have_ended_or_are_anothers() -> None:
    endpoint = endpoint_at(URL)
    endpoint_at(f"{URL}quiet", partner=endpoint.partner, events=["webhook.test"])
    key_that_ends_in(endpoint.partner, 15)
    key_that_ends_in(endpoint.partner, -1)
    make_key(endpoint.partner)
    revoke_key(key_that_ends_in(endpoint.partner, 3))
    key_that_ends_in(Partner.objects.create(name="Another"), 3)
    assert warn_of_expiring_keys() == 0


def test_a_key_that_was_extended_is_told_of_again() -> None:
    endpoint = endpoint_at(URL)
    key = key_that_ends_in(endpoint.partner, 2)
    warn_of_expiring_keys()
    key.expires_at = timezone.now() + timedelta(days=10)
    key.save()
    assert warn_of_expiring_keys() == 1


def test_what_ended_long_ago_is_forgotten_and_what_is_due_never() -> None:
    endpoint = endpoint_at(URL)
    news()
    ring_endpoints()
    old = send_test(endpoint)
    Attempt.objects.create(delivery=old, outcome="delivered", milliseconds=1)
    recent = send_test(endpoint)
    Delivery.objects.filter(pk__in=[old.pk, recent.pk]).update(state=DeliveryState.DELIVERED)
    Delivery.objects.exclude(pk=recent.pk).update(created_at=timezone.now() - KEPT_FOR)
    assert forget_old_deliveries() == 1
    assert not Attempt.objects.exists()
    assert Delivery.objects.filter(state=DeliveryState.DUE).count() == 1
    assert Delivery.objects.filter(pk=recent.pk).exists()


def test_what_nobody_is_rung_for_any_more_is_forgotten_though_it_is_due() -> None:
    left, off, rung = (endpoint_at(f"{URL}{n}") for n in range(3))
    for endpoint in (left, off, rung):
        send_test(endpoint)
    Partner.objects.filter(pk=left.partner_id).update(active=False)
    WebhookEndpoint.objects.filter(pk=off.pk).update(state=EndpointState.DISABLED)
    assert [delivery.endpoint_id for delivery in owed()] == [rung.pk]
    Delivery.objects.update(created_at=timezone.now() - KEPT_FOR)
    assert forget_old_deliveries() == 2
    assert Delivery.objects.get().endpoint_id == rung.pk
