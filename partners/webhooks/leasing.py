"""Taking due deliveries: a lease in the row says that a worker is at it.

A worker that is killed gives nothing back: its lease runs out, and the deliveries are sent
again under the same webhook-id (at least once).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from partners.models import Delivery, DeliveryState, EndpointState, WebhookEndpoint

BATCH = 4000
PER_ENDPOINT = 2000
# Longer than a message can be in hand (45 s, see courier), with room for a slow database.
LEASE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Message:
    """All that posting needs. `leased_until` proves whose lease it is when the result comes."""

    delivery_id: int
    endpoint_id: int
    leased_until: datetime
    url: str
    message_id: str
    body: bytes
    secrets: tuple[str, ...]


def any_due(now: datetime) -> bool:
    """Say whether there are deliveries to be sent now that no living worker has."""
    active = list(_active().values_list("pk", flat=True))
    return _free(now).filter(endpoint__among=active).exists()


def owed() -> QuerySet[Delivery]:
    """Return all deliveries that are due to endpoints that are rung, whenever and in whosever hands."""
    return Delivery.objects.filter(state=DeliveryState.DUE, endpoint__in=_active())


def _active() -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.filter(state=EndpointState.ACTIVE, partner__active=True)


def _free(now: datetime) -> QuerySet[Delivery]:
    """Return the deliveries that are due and in nobody's hands.

    Never joined with the endpoints: what the planner knows of this table is always old, and with
    few rows expected it would walk all endpoints for each delivery.
    """
    return Delivery.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lte=now),
        state=DeliveryState.DUE,
        next_attempt_at__lte=now,
    )


def lease_due(
    *, most: int = BATCH, taking: Collection[int] = (), busy: Collection[int] = ()
) -> list[Message]:
    """Lease due deliveries, the longest waiting first; empty when nothing is due.

    At most PER_ENDPOINT for each endpoint in `taking`: those that have taken a message just now
    and are not failing. One for any other: whoever is away is asked with one message at a time
    and holds nobody else up. None for those in `busy`.
    """
    now = timezone.now()
    chosen = _choose(now, most, taking, busy)
    if not chosen:
        return []
    until = now + LEASE
    with transaction.atomic():
        rows = _free(now).filter(pk__among=chosen).select_for_update(skip_locked=True, no_key=True)
        leased = list(rows.values_list("pk", "endpoint_id", "message_id", "payload"))
        Delivery.objects.filter(pk__among=[pk for pk, *_ in leased]).update(leased_until=until)
    return _messages(leased, until)


def _choose(now: datetime, most: int, taking: Collection[int], busy: Collection[int]) -> list[int]:
    failing = dict(_active().values_list("pk", "failing_since"))
    asked = failing.keys() - set(busy)
    if not asked:
        return []
    many = [pk for pk in taking if pk in asked and failing[pk] is None]
    turn = Window(
        RowNumber(), partition_by=F("endpoint_id"), order_by=[F("next_attempt_at"), F("pk")]
    )
    in_turn = _free(now).filter(endpoint__among=asked).annotate(turn=turn)
    fair = in_turn.filter(Q(turn=1) | Q(turn__lte=PER_ENDPOINT, endpoint__among=many))
    return list(fair.order_by("next_attempt_at").values_list("pk", flat=True)[:most])


def _messages(leased: list[tuple[int, int, str, str]], until: datetime) -> list[Message]:
    urls, secrets = _addressed({endpoint for _, endpoint, *_ in leased})
    return [
        Message(
            delivery_id=pk,
            endpoint_id=endpoint,
            leased_until=until,
            url=urls[endpoint],
            message_id=message_id,
            body=payload.encode(),
            secrets=secrets[endpoint],
        )
        for pk, endpoint, message_id, payload in leased
        if endpoint in urls
    ]


def _addressed(endpoints: Collection[int]) -> tuple[dict[int, str], dict[int, tuple[str, ...]]]:
    """Return the endpoints' addresses, and the secrets that sign: two while one is replaced."""
    now = timezone.now()
    rows = WebhookEndpoint.objects.filter(pk__among=endpoints).values_list(
        "pk", "url", "secret", "previous_secret", "previous_secret_until"
    )
    urls: dict[int, str] = {}
    secrets: dict[int, tuple[str, ...]] = {}
    for pk, url, secret, previous, ends in rows:
        urls[pk] = url
        secrets[pk] = (secret, previous) if previous and ends and ends > now else (secret,)
    return urls, secrets
