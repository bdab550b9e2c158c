"""What partners and staff do with endpoints and deliveries."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ncii.lib.outbound import check_url
from partners.models import (
    Delivery,
    DeliveryState,
    EndpointState,
    Event,
    Partner,
    WebhookEndpoint,
)
from partners.pseudonyms import endpoint_id
from partners.sandbox import made_up_data
from partners.webhooks.recording import disable
from partners.webhooks.ringing import hears, new_delivery, payload_of
from partners.webhooks.signing import new_secret

OVERLAP = timedelta(hours=24)
REPLAYED_AT_ONCE = 1000
REMOVED = "Removed by the partner."


class NotRung(Exception):
    """The endpoint is switched off or removed."""


def add_endpoint(
    partner: Partner, url: str, events: Sequence[str] = (), *, sandbox: bool = False
) -> tuple[WebhookEndpoint, str]:
    """Register where a partner is rung; return the row and its secret, to be shown once.

    `events` empty means all. Raises ncii.lib.outbound.Refused for an address we do not send to
    and ValueError for an event there is not.
    """
    check_url(url, may_be_local=settings.WEBHOOKS_MAY_BE_LOCAL)
    unknown = set(events) - set(Event.values)
    if unknown:
        raise ValueError(f"There is no such event: {', '.join(sorted(unknown))}.")
    secret = new_secret()
    endpoint = WebhookEndpoint.objects.create(
        partner=partner, url=url, events=sorted(set(events)), secret=secret, sandbox=sandbox
    )
    return endpoint, secret


@transaction.atomic
def rotate_secret(endpoint: WebhookEndpoint) -> str:
    """Give the endpoint a new secret, to be shown once; both sign for 24 hours."""
    locked = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    secret = new_secret()
    locked.previous_secret, locked.secret = locked.secret, secret
    locked.previous_secret_until = timezone.now() + OVERLAP
    locked.save(update_fields=["previous_secret", "secret", "previous_secret_until"])
    return secret


def endpoints_of(partner: Partner, *, sandbox: bool) -> list[WebhookEndpoint]:
    """Return the partner's endpoints, oldest first, without those it has removed.

    Either those that hear of the bank, or those of the sandbox.
    """
    rows = WebhookEndpoint.objects.filter(partner=partner, sandbox=sandbox)
    return list(rows.exclude(state=EndpointState.REMOVED).order_by("pk"))


def endpoint_named(partner: Partner, name: str, *, sandbox: bool) -> WebhookEndpoint | None:
    """Return the partner's endpoint of that name (partners.pseudonyms.endpoint_id), or None."""
    mine = endpoints_of(partner, sandbox=sandbox)
    return next((each for each in mine if endpoint_id(partner.pk, each.pk) == name), None)


def remove(endpoint: WebhookEndpoint) -> None:
    """Ring the endpoint no more, for good; what was sent to it stays on record."""
    disable(endpoint, REMOVED, EndpointState.REMOVED)


def enable(endpoint: WebhookEndpoint) -> None:
    """Ring a disabled endpoint again; what it has missed comes as one bell."""
    disabled = WebhookEndpoint.objects.filter(pk=endpoint.pk, state=EndpointState.DISABLED)
    disabled.update(state=EndpointState.ACTIVE, disabled_because="", failing_since=None)


def notify(partner: Partner, event: Event, data: dict[str, object]) -> list[Delivery]:
    """Write a message to every endpoint of the partner that wants the event."""
    now = timezone.now()
    payload = payload_of(event, now, data)
    with transaction.atomic():
        active = _rung(WebhookEndpoint.objects.filter(partner=partner))
        return Delivery.objects.bulk_create(
            new_delivery(each, event, payload, now) for each in active if hears(each, event)
        )


def deliveries_between(
    endpoint: WebhookEndpoint, since: datetime, until: datetime
) -> list[Delivery]:
    """Return at most REPLAYED_AT_ONCE of the endpoint's deliveries from that time, in order."""
    rows = endpoint.deliveries.filter(created_at__gte=since, created_at__lte=until)
    return list(rows.order_by("created_at", "pk")[:REPLAYED_AT_ONCE])


def send_test(endpoint: WebhookEndpoint) -> Delivery:
    """Write a test message to one endpoint, whichever events it wants. Raises NotRung."""
    now = timezone.now()
    delivery = new_delivery(endpoint, Event.WEBHOOK_TEST, payload_of("webhook.test", now, {}), now)
    delivery.next_attempt_at = now
    return _written(delivery)


def make_up(endpoint: WebhookEndpoint, event: Event) -> Delivery:
    """Write a made-up message of that kind to an endpoint of the sandbox.

    Raises NotRung, and ValueError for an endpoint that hears of the bank.
    """
    if not endpoint.sandbox:
        raise ValueError("Only the sandbox makes events up.")
    now = timezone.now()
    payload = payload_of(event, now, made_up_data(event))
    return _written(new_delivery(endpoint, event, payload, now))


@transaction.atomic
def replay_all(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Send deliveries again, each under its webhook-id, now; their schedules start over.

    Returns them, without those to endpoints that are switched off or removed: these are left as they
    are. What is still due is only brought forward.
    """
    now = timezone.now()
    rows = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries])
    chosen = set(rows.values_list("endpoint", flat=True))
    rung = _rung(WebhookEndpoint.objects.filter(pk__in=chosen))
    locked = list(rows.filter(endpoint__in=rung).order_by("pk").select_for_update(no_key=True))
    for row in locked:
        if row.state != DeliveryState.DUE:
            row.state, row.leased_until = DeliveryState.DUE, None
        # Never back to nothing: a message that may have been sent keeps its bytes.
        row.attempt_count = min(row.attempt_count, 1)
        row.next_attempt_at = now
    Delivery.objects.bulk_update(
        locked, ["state", "attempt_count", "next_attempt_at", "leased_until"]
    )
    return locked


@transaction.atomic
def _written(delivery: Delivery) -> Delivery:
    if not _rung(WebhookEndpoint.objects.filter(pk=delivery.endpoint_id)):
        raise NotRung
    delivery.save()
    return delivery


def _rung(endpoints: QuerySet[WebhookEndpoint]) -> list[WebhookEndpoint]:
    """Return those of the endpoints that are rung; none is switched off before the transaction ends.

    What is written to another would wait for ever.
    """
    rows = endpoints.filter(state=EndpointState.ACTIVE).order_by("pk")
    return list(rows.select_for_update(no_key=True))
