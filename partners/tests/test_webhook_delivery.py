"""Deliveries reach real receivers, signed, at least once, and stop where they should."""

import multiprocessing
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone
from standardwebhooks import Webhook

from partners.models import Attempt, Delivery, DeliveryState, EndpointState, Event, WebhookEndpoint
from partners.tests.receivers import Got, Receiver, Reply, receiving
from partners.tests.webhook_helpers import endpoint_at, let_pass, news
from partners.webhooks.courier import Courier
from partners.webhooks.delivering import deliver_due
from partners.webhooks.endpoints import (
    REMOVED,
    NotRung,
    enable,
    endpoints_of,
    notify,
    remove,
    replay_all,
    rotate_secret,
    send_test,
)
from partners.webhooks.leasing import LEASE, PER_ENDPOINT, lease_due
from partners.webhooks.recording import disable, record
from partners.webhooks.ringing import ring_endpoints
from partners.webhooks.schedule import WAITS

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def rung(receiver: Receiver) -> WebhookEndpoint:
    endpoint = endpoint_at(receiver.url)
    news()
    ring_endpoints()
    return endpoint


def only() -> tuple[Delivery, Attempt]:
    delivery = Delivery.objects.get()
    return delivery, delivery.attempts.order_by("-pk")[0]


def test_what_one_receiver_asks_keeps_no_other_from_its_bell(receiver: Receiver) -> None:
    with receiving() as hostile:
        rung(hostile)
        hostile.reply = Reply(503, {"Retry-After": "Thu, 01 Jan 2026 00:02:00 +" + "9" * 20})
        endpoint_at(receiver.url)
        ring_endpoints()
        deliver_due()
    states = dict(Delivery.objects.values_list("endpoint__url", "state"))
    assert states == {hostile.url: DeliveryState.DUE, receiver.url: DeliveryState.DELIVERED}
    assert not Delivery.objects.filter(leased_until__isnull=False).exists()


def test_a_bell_arrives_signed_and_is_written_down(receiver: Receiver) -> None:
    receiver.reply = Reply(200, body=b"thank you")
    endpoint = rung(receiver)
    assert deliver_due() is False
    (got,) = receiver.got
    said = Webhook(endpoint.secret).verify(got.body, got.headers)
    assert said["type"] == Event.HASHES_PUBLISHED
    delivery, attempt = only()
    assert got.body == delivery.payload.encode()
    assert got.headers["webhook-id"] == delivery.message_id
    assert delivery.state == DeliveryState.DELIVERED
    assert delivery.leased_until is None
    assert (attempt.status, attempt.outcome, attempt.answer) == (200, "delivered", "thank you")
    deliver_due()
    assert len(receiver.got) == 1


def test_a_retry_has_the_same_id_and_bytes_and_a_fresh_signature(receiver: Receiver) -> None:
    receiver.reply = Reply(500)
    endpoint = rung(receiver)
    deliver_due()
    deliver_due()
    assert len(receiver.got) == 1, "it waits before it tries again"
    let_pass(timedelta(minutes=1))
    receiver.reply = Reply(204)
    deliver_due()
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    stamps = [int(got.headers["webhook-timestamp"]) for got in receiver.got]
    assert abs(stamps[1] - datetime.now(UTC).timestamp()) < 60
    assert stamps[1] >= stamps[0]
    Webhook(endpoint.secret).verify(second.body, second.headers)
    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.DELIVERED
    outcomes = list(delivery.attempts.order_by("pk").values_list("status", "outcome"))
    assert outcomes == [(500, "rejected"), (204, "delivered")]


def test_retries_end_after_the_whole_schedule(receiver: Receiver) -> None:
    receiver.reply = Reply(500)
    rung(receiver)
    for _ in range(len(WAITS) + 3):
        deliver_due()
        Delivery.objects.update(next_attempt_at=timezone.now())
    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.FAILED
    assert len(receiver.got) == delivery.attempts.count() == len(WAITS) + 1


@pytest.mark.parametrize(
    ("status", "asked", "least", "most"),
    [
        (503, "600", 600, 720),
        (429, "600", 600, 720),
        (503, "99999999", 12 * 3600, 12 * 3600 * 1.2),
        (503, "0", 5, 6),
        (500, "600", 4, 6),
    ],
)
def test_retry_after_counts_within_bounds(
    receiver: Receiver, status: int, asked: str, least: float, most: float
) -> None:
    receiver.reply = Reply(status, {"Retry-After": asked})
    rung(receiver)
    before = timezone.now()
    deliver_due()
    delivery = Delivery.objects.get()
    wait = delivery.next_attempt_at - before
    assert timedelta(seconds=least) <= wait
    assert delivery.next_attempt_at <= timezone.now() + timedelta(seconds=most)


def test_gone_disables_the_endpoint_at_once(receiver: Receiver) -> None:
    receiver.reply = Reply(410)
    endpoint = rung(receiver)
    deliver_due()
    endpoint.refresh_from_db()
    assert endpoint.state == EndpointState.DISABLED
    assert "410" in endpoint.disabled_because
    assert Delivery.objects.get().state == DeliveryState.FAILED
    news()
    assert ring_endpoints() == 0
    deliver_due()
    assert len(receiver.got) == 1


def test_five_days_of_failure_disable_the_endpoint(receiver: Receiver) -> None:
    receiver.reply = Reply(500)
    endpoint = rung(receiver)
    for day in range(6):
        endpoint.refresh_from_db()
        assert endpoint.state == EndpointState.ACTIVE, f"day {day}"
        notify(endpoint.partner, Event.MATCH_REVIEWED, {})
        let_pass(timedelta(hours=1))
        deliver_due()
        let_pass(timedelta(days=1))
    endpoint.refresh_from_db()
    assert endpoint.state == EndpointState.DISABLED
    assert "five days" in endpoint.disabled_because
    assert not Delivery.objects.filter(state=DeliveryState.DUE).exists()


def test_one_success_in_between_starts_the_five_days_anew(receiver: Receiver) -> None:
    receiver.reply = Reply(500)
    endpoint = rung(receiver)
    deliver_due()
    let_pass(timedelta(days=4))
    receiver.reply = Reply(200)
    deliver_due()
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None
    receiver.reply = Reply(500)
    send_test(endpoint)
    let_pass(timedelta(days=2))
    deliver_due()
    endpoint.refresh_from_db()
    assert endpoint.state == EndpointState.ACTIVE


def test_redirects_are_failures_and_lead_nowhere(receiver: Receiver) -> None:
    with receiving() as elsewhere:
        receiver.reply = Reply(307, {"Location": elsewhere.url})
        rung(receiver)
        deliver_due()
        assert elsewhere.got == []
    delivery, attempt = only()
    assert (attempt.status, attempt.outcome) == (307, "redirect")
    assert delivery.state == DeliveryState.DUE


def test_nobody_at_home_is_a_failure(receiver: Receiver) -> None:
    rung(receiver)
    receiver.server_close()
    deliver_due()
    delivery, attempt = only()
    assert (attempt.status, attempt.outcome) == (None, "connect")
    assert delivery.state == DeliveryState.DUE


def test_an_answer_is_kept_short_and_storable(receiver: Receiver) -> None:
    receiver.reply = Reply(500, body=b"a\x00b\xff\x1b[31m" + b"x" * 100_000)
    rung(receiver)
    deliver_due()
    _, attempt = only()
    assert attempt.answer.startswith("a\ufffdb\ufffd\ufffd[31mxxx")
    assert len(attempt.answer) == 500


def test_two_signatures_while_a_secret_rotates(receiver: Receiver) -> None:
    endpoint = rung(receiver)
    old = endpoint.secret
    new = rotate_secret(endpoint)
    deliver_due()
    (got,) = receiver.got
    for secret in (old, new):
        Webhook(secret).verify(got.body, got.headers)
    WebhookEndpoint.objects.update(previous_secret_until=timezone.now())
    replay_all([Delivery.objects.get()])
    deliver_due()
    assert len(receiver.got[1].headers["webhook-signature"].split()) == 1
    Webhook(new).verify(receiver.got[1].body, receiver.got[1].headers)


def test_replay_sends_a_finished_delivery_again_under_its_id(receiver: Receiver) -> None:
    rung(receiver)
    deliver_due()
    replay_all([Delivery.objects.get()])
    deliver_due()
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert Delivery.objects.get().state == DeliveryState.DELIVERED


def test_a_message_that_breaks_us_stops_no_other(receiver: Receiver) -> None:
    broken = rung(receiver)
    WebhookEndpoint.objects.update(secret="whsec_a")
    endpoint_at(receiver.url)
    ring_endpoints()

    deliver_due()

    assert len(receiver.got) == 1
    tried = dict(Attempt.objects.values_list("delivery__endpoint", "outcome"))
    assert tried.pop(broken.pk) == "fault"
    assert list(tried.values()) == ["delivered"]
    assert Delivery.objects.get(endpoint=broken).state == DeliveryState.DUE


def test_nothing_is_written_to_an_endpoint_that_was_switched_off_meanwhile(
    receiver: Receiver,
) -> None:
    endpoint = rung(receiver)
    deliver_due()
    disable(WebhookEndpoint.objects.get(), "A test.")

    with pytest.raises(NotRung):
        send_test(endpoint)
    assert replay_all(list(Delivery.objects.all())) == []
    assert notify(endpoint.partner, Event.MATCH_REVIEWED, {}) == []
    assert Delivery.objects.get().state == DeliveryState.DELIVERED


def test_a_leased_delivery_is_nobody_elses(receiver: Receiver) -> None:
    rung(receiver)
    assert len(lease_due()) == 1
    assert lease_due() == []
    let_pass(LEASE)
    assert len(lease_due()) == 1


def test_a_failure_under_a_lease_that_ran_out_changes_nothing(receiver: Receiver) -> None:
    receiver.reply = Reply(500)
    rung(receiver)
    with Courier(may_be_local=True) as courier:
        courier.offer(lease_due())
        slow = courier.results()
    let_pass(LEASE)
    (others,) = lease_due()
    record(slow)
    delivery = Delivery.objects.get()
    assert delivery.leased_until == others.leased_until
    assert delivery.attempt_count == 0
    assert delivery.attempts.count() == 1, "but it is on record"


def test_a_silent_endpoint_is_asked_with_one_message_at_a_time(receiver: Receiver) -> None:
    endpoint = endpoint_at(receiver.url)
    for _ in range(60):
        notify(endpoint.partner, Event.MATCH_REVIEWED, {})
    receiver.server_close()
    deliver_due()
    tried = Attempt.objects.count()
    assert 1 <= tried < 60
    assert lease_due() == [], "the others wait with it"
    let_pass(timedelta(seconds=10))
    assert len(lease_due()) == 1


def test_what_waited_is_sent_once_the_endpoint_is_back(receiver: Receiver) -> None:
    endpoint = endpoint_at(receiver.url)
    endpoint.failing_since = timezone.now() - timedelta(hours=2)
    endpoint.save()
    for _ in range(5):
        notify(endpoint.partner, Event.MATCH_REVIEWED, {})
    Delivery.objects.filter(pk=Delivery.objects.order_by("pk")[0].pk).update(
        next_attempt_at=timezone.now()
    )
    assert deliver_due() is False
    assert len(receiver.got) == 5


def test_a_busy_endpoint_leaves_room_for_the_others(receiver: Receiver) -> None:
    busy = endpoint_at("https://busy.example/")
    for _ in range(PER_ENDPOINT + 50):
        notify(busy.partner, Event.MATCH_REVIEWED, {})
    rung(receiver)
    leased = lease_due(taking={busy.pk})
    mine = [message for message in leased if message.endpoint_id == busy.pk]
    assert len(mine) == PER_ENDPOINT
    assert len(leased) > PER_ENDPOINT


def test_an_endpoint_that_has_taken_nothing_yet_is_sent_one_message(receiver: Receiver) -> None:
    unknown = endpoint_at("https://unknown.example/")
    for _ in range(5):
        notify(unknown.partner, Event.MATCH_REVIEWED, {})
    assert len(lease_due()) == 1
    assert lease_due(busy={unknown.pk}) == []


def test_who_does_not_answer_holds_up_nobody(receiver: Receiver) -> None:
    """The healthy one hears everything, also what is written meanwhile, before the silent one ends."""
    over = threading.Event()
    with receiving() as silent:

        def say_nothing(got: Got) -> Reply:
            assert over.wait(30)
            return Reply(204)

        silent.reply = say_nothing
        held_up, healthy = endpoint_at(silent.url), endpoint_at(receiver.url)
        for endpoint in (held_up, healthy):
            for _ in range(20):
                notify(endpoint.partner, Event.MATCH_REVIEWED, {})
        second = notify(healthy.partner, Event.KEY_EXPIRING, {})
        Delivery.objects.filter(pk=second[0].pk).update(
            next_attempt_at=timezone.now() + timedelta(seconds=2)
        )
        seen_by_silent = []

        def end_when_all_came(got: Got) -> Reply:
            if len(receiver.got) == 21:
                seen_by_silent.append(len(silent.got))
                over.set()
            return Reply(204)

        receiver.reply = end_when_all_came
        deliver_due()
        assert len({got.headers["webhook-id"] for got in receiver.got}) == 21
        assert seen_by_silent == [1], "one message waited for its answer all the while"
        assert len(silent.got) == 20, "and the rest came once it answered"


def test_many_are_delivered_each_once(receiver: Receiver) -> None:
    with receiving() as other:
        for url in (receiver.url, other.url):
            endpoint = endpoint_at(url)
            for _ in range(150):
                notify(endpoint.partner, Event.MATCH_REVIEWED, {})
        while deliver_due():
            pass
        for server in (receiver, other):
            ids = [got.headers["webhook-id"] for got in server.got]
            assert len(ids) == len(set(ids)) == 150
    assert not Delivery.objects.exclude(state=DeliveryState.DELIVERED).exists()


def _deliver_in_a_process() -> None:
    connections.close_all()
    deliver_due()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_after_posting_sends_again_with_the_same_id(receiver: Receiver) -> None:
    rung(receiver)
    connections.close_all()
    worker = multiprocessing.get_context("fork").Process(target=_deliver_in_a_process)

    def kill_then_answer(got) -> Reply:
        worker.kill()
        return Reply(200)

    receiver.reply = kill_then_answer
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGKILL
    assert Attempt.objects.count() == 0
    deliver_due()
    assert len(receiver.got) == 1, "its lease still stands"

    receiver.reply = Reply(200)
    let_pass(LEASE)
    deliver_due()
    first, second = receiver.got
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert Delivery.objects.get().state == DeliveryState.DELIVERED


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_send_each_message_once(receiver: Receiver) -> None:
    endpoints = [endpoint_at(receiver.url) for _ in range(4)]
    for endpoint in endpoints:
        for _ in range(40):
            notify(endpoint.partner, Event.MATCH_REVIEWED, {})
    connections.close_all()
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_deliver_in_a_process) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    while deliver_due():
        pass
    ids = [got.headers["webhook-id"] for got in receiver.got]
    assert len(ids) == len(set(ids)) == 160


def test_an_endpoint_that_is_removed_with_a_message_in_hand_stays_removed(
    receiver: Receiver,
) -> None:
    endpoint = rung(receiver)
    receiver.reply = Reply(410)
    with Courier(may_be_local=True) as courier:
        courier.offer(lease_due())
        results = courier.results()
    remove(endpoint)
    record(results)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_because) == (EndpointState.REMOVED, REMOVED)
    assert endpoints_of(endpoint.partner, sandbox=False) == []


def test_an_answer_from_before_it_was_switched_on_again_does_not_switch_it_off(
    receiver: Receiver,
) -> None:
    endpoint = rung(receiver)
    receiver.reply = Reply(410)
    with Courier(may_be_local=True) as courier:
        courier.offer(lease_due())
        results = courier.results()
    disable(endpoint, "Off.")
    enable(endpoint)
    record(results)
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.failing_since) == (EndpointState.ACTIVE, None)
    assert Attempt.objects.get().outcome == "gone", "but it is on record"
