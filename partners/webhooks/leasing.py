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

BATCH = 2000
PER_ENDPOINT = 1000
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


def due(now: datetime) -> QuerySet[Delivery]:
    """Return the deliveries to be sent now that no living worker has."""
    return _free(now).filter(endpoint__state=EndpointState.ACTIVE, endpoint__partner__active=True)


def _free(now: datetime) -> QuerySet[Delivery]:
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
        rows = _free(now).filter(pk__in=chosen).select_for_update(skip_locked=True, no_key=True)
        leased = list(rows.values_list("pk", "endpoint_id", "message_id", "payload"))
        Delivery.objects.filter(pk__in=[pk for pk, *_ in leased]).update(leased_until=until)
    return _messages(leased, until)


def _choose(now: datetime, most: int, taking: Collection[int], busy: Collection[int]) -> list[int]:
    # Without a join: what the planner knows of this table is always old, and with few endpoints
    # expected it would walk them all for each delivery.
    active = WebhookEndpoint.objects.filter(state=EndpointState.ACTIVE, partner__active=True)
    failing = dict(active.exclude(pk__in=busy).values_list("pk", "failing_since"))
    many = [pk for pk in taking if pk in failing and failing[pk] is None]
    turn = Window(
        RowNumber(), partition_by=F("endpoint_id"), order_by=[F("next_attempt_at"), F("pk")]
    )
    in_turn = _free(now).filter(endpoint_id__in=failing).annotate(turn=turn)
    fair = in_turn.filter(Q(turn=1) | Q(turn__lte=PER_ENDPOINT, endpoint_id__in=many))
    return list(fair.order_by("next_attempt_at").values_list("pk", flat=True)[:most])


def _messages(leased: list[tuple[int, int, str, str]], until: datetime) -> list[Message]:
    endpoints = WebhookEndpoint.objects.in_bulk({endpoint for _, endpoint, *_ in leased})
    secrets = {pk: signing_secrets(endpoint) for pk, endpoint in endpoints.items()}
    return [
        Message(
            delivery_id=pk,
            endpoint_id=endpoint,
            leased_until=until,
            url=endpoints[endpoint].url,
            message_id=message_id,
            body=payload.encode(),
            secrets=secrets[endpoint],
        )
        for pk, endpoint, message_id, payload in leased
        if endpoint in endpoints
    ]


def signing_secrets(endpoint: WebhookEndpoint) -> tuple[str, ...]:
    """Return the endpoint's secrets: two while one is being replaced."""
    ends = endpoint.previous_secret_until
    if endpoint.previous_secret and ends and ends > timezone.now():
        return (endpoint.secret, endpoint.previous_secret)
    return (endpoint.secret,)
