"""What endpoints are owed: a bell for each that stands behind the feed's head.

That an endpoint is owed a bell can be read from the database at any time (its `rung_seq` is
behind the head), so nothing is lost with whoever was killed before writing it down. A thousand
cases a minute are a few bells: the first goes out at once, the next waits a little, and one that
nobody has tried to send yet is brought up to date instead of being followed by another.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from hashes.models import FeedHead, Hash, State
from hashes.selectors import TOMBSTONES, feed_head
from partners.cursors import make_cursor
from partners.models import Delivery, DeliveryState, EndpointState, Event, WebhookEndpoint
from partners.moments import rfc3339
from partners.webhooks.schedule import next_bell, pause_for
from partners.webhooks.signing import new_message_id

BATCH = 500
BELLS = {Event.HASHES_PUBLISHED: (State.ACTIVE,), Event.HASHES_WITHDRAWN: TOMBSTONES}


def payload_of(event: str, at: datetime, data: dict[str, object]) -> str:
    """Return a message's text: what is stored, signed and sent, to the byte (ASCII)."""
    message = {"type": event, "timestamp": rfc3339(at, "milliseconds"), "data": data}
    return json.dumps(message, separators=(",", ":"))


def ring_endpoints() -> int:
    """Write the bells that active endpoints are owed; return how many endpoints were behind."""
    head = feed_head()
    if head is None:
        return 0
    rung = 0
    while count := _ring_batch(head):
        rung += count
    return rung


def _behind(head: FeedHead) -> models.QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.filter(
        state=EndpointState.ACTIVE, partner__active=True, rung_seq__lt=head.seq
    )


def _ring_batch(head: FeedHead) -> int:
    if not _behind(head).exists():
        return 0
    with transaction.atomic():
        endpoints = list(
            _behind(head)
            .order_by("pk")
            .select_for_update(skip_locked=True, no_key=True, of=("self",))[:BATCH]
        )
        news = {rung_seq: _news(rung_seq, head.seq) for rung_seq in {e.rung_seq for e in endpoints}}
        _write_bells([(e, event) for e in endpoints for event in news[e.rung_seq]], head)
        for endpoint in endpoints:
            endpoint.rung_seq = head.seq
        WebhookEndpoint.objects.bulk_update(endpoints, ["rung_seq", "rung_at"])
    return len(endpoints)


def _news(after: int, up_to: int) -> list[Event]:
    """Return the bells for what partners can see between two places in the feed."""
    between = Hash.objects.filter(seq__gt=after, seq__lte=up_to)
    return [
        event
        for event, states in BELLS.items()
        if between.filter(published_state__in=states).exists()
    ]


def _write_bells(owed: Sequence[tuple[WebhookEndpoint, Event]], head: FeedHead) -> None:
    owed = [(endpoint, event) for endpoint, event in owed if hears(endpoint, event)]
    waiting = _untried(endpoint for endpoint, _ in owed)
    now = timezone.now()
    goes_out = {endpoint.pk: next_bell(endpoint.rung_at, now) for endpoint, _ in owed}
    fresh, renewed = [], []
    for endpoint, event in owed:
        cursor = make_cursor(endpoint.partner_id, head.seq)
        payload = payload_of(event, head.published_at, {"cursor": cursor})
        bell = waiting.get((endpoint.pk, event))
        if bell:
            bell.payload = payload
            renewed.append(bell)
        else:
            bell = new_delivery(endpoint, event, payload, now)
            endpoint.rung_at = goes_out[endpoint.pk]
            bell.next_attempt_at = max(bell.next_attempt_at, endpoint.rung_at)
            fresh.append(bell)
    Delivery.objects.bulk_update(renewed, ["payload"])
    Delivery.objects.bulk_create(fresh)


def _untried(endpoints: Iterable[WebhookEndpoint]) -> dict[tuple[int, str], Delivery]:
    """Lock and return the bells that were never leased, so never sent, by endpoint and event.

    One that a worker is leasing right now is left out: it may be on its way with old news.
    """
    rows = Delivery.objects.filter(
        endpoint__in={endpoint.pk for endpoint in endpoints},
        event__in=BELLS,
        state=DeliveryState.DUE,
        attempt_count=0,
        leased_until__isnull=True,
    ).select_for_update(skip_locked=True, no_key=True)
    return {(row.endpoint_id, row.event): row for row in rows}


def hears(endpoint: WebhookEndpoint, event: str) -> bool:
    """Say whether the endpoint is to hear of that event of the bank: one of the sandbox never is."""
    return not endpoint.sandbox and (not endpoint.events or event in endpoint.events)


def new_delivery(endpoint: WebhookEndpoint, event: str, payload: str, now: datetime) -> Delivery:
    """Return a delivery to be saved, due now, or later for an endpoint that keeps failing."""
    return Delivery(
        endpoint=endpoint,
        message_id=new_message_id(),
        event=event,
        payload=payload,
        next_attempt_at=now + pause_for(endpoint.failing_since, now),
        created_at=now,
    )
