"""An endpoint that is behind the feed is owed a bell: one, thin, and never none."""

import json
import multiprocessing
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from hashes.models import Hash
from hashes.publisher import publish
from hashes.selectors import feed_head
from hashes.services import SignalClaim, make_claims, withdraw_claims
from partners.cursors import read_cursor
from partners.models import Delivery, DeliveryState, Event, Partner, WebhookEndpoint
from partners.tests.webhook_helpers import DAY, endpoint_at, let_pass, news, withdraw
from partners.webhooks.endpoints import enable
from partners.webhooks.leasing import lease_due
from partners.webhooks.recording import disable
from partners.webhooks.ringing import ring_endpoints
from partners.webhooks.schedule import BELL_EVERY

URL = "https://hooks.example/ncii"
pytestmark = pytest.mark.django_db


def events() -> list[str]:
    return sorted(Delivery.objects.values_list("event", flat=True))


def head_seq() -> int:
    head = feed_head()
    assert head is not None
    return head.seq


def test_news_is_rung_once() -> None:
    endpoint = endpoint_at(URL)
    news(3)
    assert ring_endpoints() == 1
    assert ring_endpoints() == 0
    assert events() == [Event.HASHES_PUBLISHED]
    endpoint.refresh_from_db()
    assert endpoint.rung_seq == head_seq() == 3


def test_a_bell_is_thin_and_names_the_place_in_the_feed() -> None:
    endpoint = endpoint_at(URL)
    news(5)
    ring_endpoints()
    payload = Delivery.objects.get().payload
    assert len(payload.encode()) < 20_000
    assert not any(value in payload for value in Hash.objects.values_list("value", flat=True))
    said = json.loads(payload)
    assert set(said) == {"type", "timestamp", "data"}
    assert set(said["data"]) == {"cursor"}
    assert read_cursor(said["data"]["cursor"], endpoint.partner_id).seq == head_seq()


def test_withdrawals_have_a_bell_of_their_own() -> None:
    endpoint_at(URL)
    claims = news(2)
    ring_endpoints()
    Delivery.objects.all().delete()
    withdraw(claims[:1])
    ring_endpoints()
    assert events() == [Event.HASHES_WITHDRAWN]


def test_both_bells_when_both_happened() -> None:
    endpoint_at(URL)
    claims = news(2)
    withdraw(claims[:1])
    ring_endpoints()
    assert events() == [Event.HASHES_PUBLISHED, Event.HASHES_WITHDRAWN]


def test_what_partners_never_saw_rings_nobody() -> None:
    endpoint = endpoint_at(URL)
    with transaction.atomic():
        claims = make_claims(
            [SignalClaim("VideoMD5", "ab" * 16, "original")], source="case", on=DAY
        )
        withdraw_claims(claims, on=DAY)
    publish()
    ring_endpoints()
    endpoint.refresh_from_db()
    assert endpoint.rung_seq == head_seq() == 2
    assert events() == []


def test_many_publications_are_one_bell_with_the_latest_place() -> None:
    endpoint = endpoint_at(URL)
    ids = set()
    for _ in range(10):
        news(2)
        ring_endpoints()
        ids.add(Delivery.objects.get().message_id)
    assert len(ids) == 1
    cursor = json.loads(Delivery.objects.get().payload)["data"]["cursor"]
    assert read_cursor(cursor, endpoint.partner_id).seq == head_seq() == 20


def test_a_minute_of_steady_news_is_a_few_bells_and_none_is_left_out() -> None:
    endpoint = endpoint_at(URL)
    cursors = []
    began = timezone.now()
    for _ in range(60):
        news()
        ring_endpoints()
        for message in lease_due():
            cursors.append(json.loads(message.body)["data"]["cursor"])
            Delivery.objects.filter(pk=message.delivery_id).update(state=DeliveryState.DELIVERED)
        let_pass(timedelta(seconds=1))
    lasted = timezone.now() - began + timedelta(seconds=60)
    assert 2 <= len(cursors) <= lasted / BELL_EVERY + 1
    let_pass(BELL_EVERY)
    cursors += [json.loads(message.body)["data"]["cursor"] for message in lease_due()]
    assert read_cursor(cursors[-1], endpoint.partner_id).seq == head_seq() == 60


def test_both_bells_that_wait_ring_together() -> None:
    endpoint_at(URL)
    claims = news()
    ring_endpoints()
    (first,) = lease_due()
    news()
    ring_endpoints()
    withdraw(claims)
    ring_endpoints()
    assert lease_due() == []
    waiting = Delivery.objects.exclude(pk=first.delivery_id)
    assert waiting.count() == 2
    assert len(set(waiting.values_list("next_attempt_at", flat=True))) == 1


def test_a_bell_on_its_way_is_followed_by_another() -> None:
    endpoint_at(URL)
    news()
    ring_endpoints()
    (message,) = lease_due()
    news()
    ring_endpoints()
    assert events() == [Event.HASHES_PUBLISHED] * 2
    assert Delivery.objects.get(pk=message.delivery_id).payload.encode() == message.body


def test_a_bell_whose_sender_was_killed_keeps_its_bytes() -> None:
    endpoint_at(URL)
    news()
    ring_endpoints()
    lease_due()
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    before = Delivery.objects.get().payload
    news()
    ring_endpoints()
    assert Delivery.objects.order_by("pk")[0].payload == before
    assert Delivery.objects.count() == 2


def test_a_bell_that_was_tried_is_followed_by_another() -> None:
    endpoint_at(URL)
    news()
    ring_endpoints()
    Delivery.objects.update(attempt_count=1)
    news()
    ring_endpoints()
    assert Delivery.objects.count() == 2


def test_every_endpoint_of_every_partner_is_rung() -> None:
    partner = Partner.objects.create(name="Two doors")
    for url in (f"{URL}/1", f"{URL}/2"):
        endpoint_at(url, partner=partner)
    endpoint_at(URL)
    news()
    assert ring_endpoints() == 3
    assert Delivery.objects.count() == 3


def test_an_endpoint_hears_what_it_asked_for() -> None:
    endpoint_at(URL, events=["hashes.withdrawn"])
    claims = news()
    ring_endpoints()
    assert events() == []
    withdraw(claims)
    ring_endpoints()
    assert events() == [Event.HASHES_WITHDRAWN]


def test_who_is_not_active_is_not_rung_and_hears_later() -> None:
    endpoint = endpoint_at(URL)
    disable(endpoint, "a test")
    idle = endpoint_at(URL)
    Partner.objects.filter(pk=idle.partner_id).update(active=False)
    news()
    assert ring_endpoints() == 0
    enable(endpoint)
    assert ring_endpoints() == 1
    assert Delivery.objects.get().endpoint_id == endpoint.pk


def test_a_new_bell_waits_for_an_endpoint_that_keeps_failing() -> None:
    endpoint = endpoint_at(URL)
    endpoint.failing_since = timezone.now() - timedelta(minutes=20)
    endpoint.save()
    news()
    ring_endpoints()
    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.DUE
    assert delivery.next_attempt_at - delivery.created_at >= timedelta(minutes=10)


def _ring_in_a_process(start) -> None:
    connections.close_all()
    start.wait()
    ring_endpoints()
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_ringers_side_by_side_write_each_bell_once() -> None:
    for n in range(40):
        endpoint_at(f"{URL}/{n}")
    news()
    connections.close_all()
    context = multiprocessing.get_context("fork")
    start = context.Barrier(4)
    ringers = [context.Process(target=_ring_in_a_process, args=(start,)) for _ in range(4)]
    for process in ringers:
        process.start()
    for process in ringers:
        process.join()
    assert [process.exitcode for process in ringers] == [0] * 4
    ring_endpoints()
    assert Delivery.objects.count() == 40
    assert Delivery.objects.values("endpoint").distinct().count() == 40
    assert not WebhookEndpoint.objects.exclude(rung_seq=1).exists()
