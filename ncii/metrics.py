"""`/metrics` for Prometheus: how the bank does, in figures that name nobody.

Text format 0.0.4 (Prometheus, "Exposition formats"). Cases are counted by whole days: a count that
moves when somebody sends a case would tell the minute at which they came, which is kept nowhere.
"""

import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Min, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hashes.models import Change
from hashes.selectors import feed_head
from matching import index
from matching.models import ReviewItem
from matching.review.selectors import held_back_by_rules
from ncii.ledger.models import Entry
from ncii.lib.days import today
from ncii.staff.models import AuditHead, DayCount, DayFigure
from partners.models import (
    EndpointState,
    FeedPosition,
    Partner,
    WebhookEndpoint,
)
from partners.webhooks.leasing import owed
from partners.withdrawals import overdue

Metric = tuple[str, str, float]


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer whoever has the token; to all others there is nothing here."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token: str = settings.METRICS_TOKEN
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise Http404
    text = "".join(
        f"# HELP ncii_{name} {what}\n# TYPE ncii_{name} gauge\nncii_{name} {round(value)}\n"
        for name, what, value in (*_feed(), *_push(), *_review(), *_index(), *_intake())
    )
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _feed() -> Iterator[Metric]:
    head = feed_head()
    seq = head.seq if head else 0
    waiting = Change.objects.filter(seq__isnull=True).count()
    yield "feed_head", "Place up to which the feed is published.", seq
    yield "feed_unpublished", "Changes that wait for the publisher.", waiting
    served = (
        FeedPosition.objects.filter(partner__active=True)
        .values("partner")
        .annotate(at=Max("served_seq"))
        .values_list("at", flat=True)
    )
    lags = [max(0, seq - at) for at in served]
    yield (
        "feed_lag_max",
        "Places that the platform furthest behind has to read.",
        max(lags, default=0),
    )
    yield "feed_readers_behind", "Platforms that have something to read.", sum(map(bool, lags))
    yield "ledger_waiting", "Deletions not yet in the ledger's file.", Entry.objects.count()
    late = sum(overdue(partner) for partner in Partner.objects.filter(active=True))
    yield "tombstones_overdue", "Withdrawals that platforms left lying for over a day.", late


def _push() -> Iterator[Metric]:
    due = owed()
    found = due.aggregate(n=Count("pk"), since=Min("created_at"))
    yield "deliveries_due", "Webhook messages that are not delivered yet.", found["n"]
    yield "delivery_oldest_seconds", "Age of the oldest of them.", _age(found["since"])
    rung = WebhookEndpoint.objects.filter(state=EndpointState.ACTIVE)
    yield "endpoints_active", "Endpoints that are rung.", rung.count()
    failing = rung.filter(failing_since__isnull=False).count()
    yield "endpoints_failing", "Active endpoints whose last delivery failed.", failing
    off = WebhookEndpoint.objects.filter(state=EndpointState.DISABLED).count()
    yield "endpoints_disabled", "Endpoints that were switched off.", off


def _review() -> Iterator[Metric]:
    waiting = ReviewItem.objects.filter(decision="")
    found = waiting.aggregate(n=Count("pk"), since=Min("opened_at"))
    yield "reviews_open", "Items that wait for staff.", found["n"]
    yield (
        "review_oldest_seconds",
        "Age of the oldest of them; 48 hours are allowed.",
        _age(found["since"]),
    )
    held_back, since = held_back_by_rules()
    yield "reviews_held_back", "Hashes that only rules hold back.", held_back
    yield "review_held_back_seconds", "For how long the first of them is held back.", _age(since)
    head = AuditHead.objects.filter(pk=1).first()
    yield (
        "audit_entries",
        "Entries of the audit: the number only rises.",
        head.number if head else 0,
    )


def _index() -> Iterator[Metric]:
    status = index.status()
    yield "index_healthy", "1 if this node's index needs nobody.", int(status.healthy)
    yield "index_files_refused", "Damaged files of this node's index.", len(status.rejected)
    yield (
        "index_wanted_seconds",
        "For how long a new file has been wanted.",
        _age(status.wanted_since),
    )
    yield "index_rows_in_file", "Hashes in this node's index file.", status.rows_in_file
    yield "index_rows_in_memory", "Hashes compared one by one.", status.rows_in_memory
    yield "index_behind", "Places between the feed's head and the index.", status.head - status.upto
    built = status.built_at.timestamp() if status.built_at else 0
    yield "index_built_timestamp_seconds", "When the file was built; 0 if there is none.", built
    yield "index_disk_free_bytes", "Free space where it is kept.", status.disk_free


def _intake() -> Iterator[Metric]:
    yesterday = today() - timedelta(days=1)
    noted = dict(DayFigure.objects.filter(day=yesterday).values_list("name", "value"))
    for name in (
        "cases_opened",
        "cases_withdrawn",
        "hashes_published",
        "hashes_withdrawn",
        "matches",
    ):
        yield f"{name}_yesterday", "Counted over the whole of yesterday (UTC).", noted.get(name, 0)
    counted: dict[str, Any] = DayCount.objects.filter(day=today(), name="lookups").aggregate(
        n=Sum("count")
    )
    yield "lookups_today", "Signals that platforms looked up today (UTC).", counted["n"] or 0


def _age(since: Any) -> float:
    return round((timezone.now() - since).total_seconds()) if since else 0
