"""Taking due deliveries: a lease in the row says that a worker is at it.

A worker that is killed gives nothing back: its lease runs out, and the deliveries are sent
again under the same webhook-id (at least once).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from partners.models import Delivery, DeliveryState, EndpointState, WebhookEndpoint

BATCH = 2000
PER_ENDPOINT = 500
# Longer than a batch can take (45 s, see posting), with room for a slow database.
LEASE = timedelta(seconds=90)


@dataclass(frozen=True)
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
    return Delivery.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lte=now),
        state=DeliveryState.DUE,
        next_attempt_at__lte=now,
        endpoint__state=EndpointState.ACTIVE,
        endpoint__partner__active=True,
    )


def lease_due() -> list[Message]:
    """Lease a batch of due deliveries, the longest waiting first; empty when nothing is due.

    At most PER_ENDPOINT for each endpoint, and one for an endpoint that is failing: whoever is
    away is asked with one message at a time and holds nobody else up.
    """
    now = timezone.now()
    chosen = _choose(now)
    if not chosen:
        return []
    until = now + LEASE
    with transaction.atomic():
        rows = due(now).filter(pk__in=chosen)
        leased = list(
            rows.values_list("pk", "endpoint_id", "message_id", "payload").select_for_update(
                skip_locked=True, no_key=True, of=("self",)
            )
        )
        Delivery.objects.filter(pk__in=[pk for pk, *_ in leased]).update(leased_until=until)
    return _messages(leased, until)


def _choose(now: datetime) -> list[int]:
    turn = Window(
        RowNumber(), partition_by=F("endpoint_id"), order_by=[F("next_attempt_at"), F("pk")]
    )
    in_turn = due(now).annotate(turn=turn)
    fair = in_turn.filter(
        Q(turn=1) | Q(turn__lte=PER_ENDPOINT, endpoint__failing_since__isnull=True)
    )
    return list(fair.order_by("next_attempt_at").values_list("pk", flat=True)[:BATCH])


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
