"""Writing down what became of leased deliveries: an attempt each, and what comes next."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ncii.lib.bulk import insert_rows
from partners.models import Attempt, Delivery, DeliveryState, EndpointState, WebhookEndpoint
from partners.webhooks.posting import Result
from partners.webhooks.schedule import WAITS, pause_for, wait_after

GIVE_UP_AFTER = timedelta(days=5)
GONE = "The endpoint answered 410 Gone."
FAILING = "The endpoint failed for five days."
log = structlog.get_logger("partners.webhooks")


@transaction.atomic
def record(results: Sequence[Result]) -> None:
    """Write attempts, deliveries and endpoints' health.

    A failure counts only under the lease it was made with (another worker may have taken the
    delivery since); a success always does. Endpoints are locked before deliveries, by id.
    """
    by_endpoint: dict[int, list[Result]] = defaultdict(list)
    for result in results:
        by_endpoint[result.message.endpoint_id].append(result)
    endpoints = _locked_endpoints(by_endpoint)
    by_delivery = {result.message.delivery_id: result for result in results}
    states = _locked_deliveries(by_delivery)
    insert_rows(
        Attempt,
        ("delivery", "at", "status", "outcome", "milliseconds", "answer"),
        [_attempt(by_delivery[pk]) for pk in states if by_delivery[pk].outcome != "held"],
    )
    due = [by_delivery[pk] for pk, state in states.items() if state == DeliveryState.DUE]
    _settle_delivered([result for result in due if result.delivered])
    ours = _settle_others([result for result in due if not result.delivered])
    for endpoint in endpoints:
        there = by_endpoint[endpoint.pk]
        _judge(endpoint, [r for r in there if r.delivered or r.message.delivery_id in ours])


def _locked_endpoints(by_endpoint: dict[int, list[Result]]) -> list[WebhookEndpoint]:
    """Lock the endpoints whose health changes; most deliveries leave theirs alone."""
    failed = {pk for pk, results in by_endpoint.items() if not all(r.delivered for r in results)}
    rows = WebhookEndpoint.objects.filter(pk__among=list(by_endpoint))
    changing = rows.filter(Q(pk__among=failed) | Q(failing_since__isnull=False))
    return list(changing.order_by("pk").select_for_update(no_key=True))


def _locked_deliveries(by_delivery: dict[int, Result]) -> dict[int, str]:
    """Return the states of those that are still there; thousands, so no objects are made."""
    rows = Delivery.objects.filter(pk__among=list(by_delivery)).order_by("pk")
    return dict(rows.select_for_update(no_key=True).values_list("pk", "state"))


def _attempt(result: Result) -> tuple[object, ...]:
    return (
        result.message.delivery_id,
        result.at,
        result.status,
        result.outcome,
        result.milliseconds,
        result.answer,
    )


def _settle_delivered(results: Sequence[Result]) -> None:
    settled = [result.message.delivery_id for result in results]
    Delivery.objects.filter(pk__among=settled).update(
        state=DeliveryState.DELIVERED,
        attempt_count=F("attempt_count") + 1,
        leased_until=None,
        delivered_at=timezone.now(),
    )


def _settle_others(results: Sequence[Result]) -> set[int]:
    """Put back what was not delivered; return the deliveries whose lease was still the result's."""
    if not results:
        return set()
    rows = Delivery.objects.defer("payload").in_bulk([r.message.delivery_id for r in results])
    ours = []
    for result in results:
        row = rows[result.message.delivery_id]
        if row.leased_until == result.message.leased_until:
            row.leased_until = None
            ours.append(row)
            if result.outcome != "held":
                _plan(row, result)
    fields = ["state", "attempt_count", "next_attempt_at", "leased_until"]
    Delivery.objects.bulk_update(ours, fields, batch_size=200)
    return {row.pk for row in ours}


def _plan(delivery: Delivery, result: Result) -> None:
    """Count a failed attempt and say when the next one is, if there is one."""
    delivery.attempt_count += 1
    asked = result.asked_wait if result.status in (429, 503) else None
    wait = wait_after(delivery.attempt_count, asked)
    if wait is None:
        delivery.state = DeliveryState.FAILED
    else:
        delivery.next_attempt_at = timezone.now() + wait


def _judge(endpoint: WebhookEndpoint, results: Iterable[Result]) -> None:
    """Note since when the endpoint fails; disable it when it is gone or failed for too long."""
    tried = [result for result in results if result.outcome != "held"]
    failures = [result.at for result in tried if not result.delivered]
    if any(result.outcome == "gone" for result in tried):
        disable(endpoint, GONE)
    elif len(failures) < len(tried):
        _recovered(endpoint)
    elif failures:
        _failed(endpoint, since=endpoint.failing_since or min(failures))


def _recovered(endpoint: WebhookEndpoint) -> None:
    if endpoint.failing_since is not None:
        endpoint.failing_since = None
        endpoint.save(update_fields=["failing_since"])
        _waiting(endpoint).filter(attempt_count=0).update(next_attempt_at=timezone.now())


def _failed(endpoint: WebhookEndpoint, since: datetime) -> None:
    """Ask a failing endpoint less and less often, however many messages wait for it."""
    now = timezone.now()
    endpoint.failing_since = since
    endpoint.save(update_fields=["failing_since"])
    if now - since >= GIVE_UP_AFTER:
        disable(endpoint, FAILING)
        return
    then = now + max(pause_for(since, now), WAITS[0])
    _waiting(endpoint).filter(next_attempt_at__lt=then).update(next_attempt_at=then)


def _waiting(endpoint: WebhookEndpoint) -> QuerySet[Delivery]:
    """Return what is due to the endpoint and nobody has in hand."""
    return Delivery.objects.filter(
        endpoint=endpoint, state=DeliveryState.DUE, leased_until__isnull=True
    )


@transaction.atomic
def disable(
    endpoint: WebhookEndpoint, why: str, state: EndpointState = EndpointState.DISABLED
) -> None:
    """Ring the endpoint no more; what it was still due counts as failed, and can be replayed.

    One that its partner has removed meanwhile stays removed.
    """
    kept = WebhookEndpoint.objects.filter(pk=endpoint.pk).exclude(state=EndpointState.REMOVED)
    if not kept.update(state=state, disabled_because=why):
        return
    due = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.DUE).order_by("pk")
    # Locked in the order in which everybody locks them.
    locked = list(due.select_for_update(no_key=True).values_list("pk", flat=True))
    Delivery.objects.filter(pk__among=locked).update(state=DeliveryState.FAILED, leased_until=None)
    log.warning("webhook_endpoint_disabled", endpoint=endpoint.pk, why=why)
