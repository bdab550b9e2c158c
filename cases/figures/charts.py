"""The dashboard: each figure as a chart and as a table, and how things stand now."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min
from django.http import HttpResponse
from django.utils import timezone

from cases.figures.days import Table
from hashes.models import Hash, State
from matching import index
from matching.models import ReviewItem
from ncii.lib.charts import Chart, bar_chart
from partners.models import EndpointState, Partner, WebhookEndpoint
from partners.webhooks.leasing import owed
from partners.withdrawals import overdue

# Title, what it is counted in, and which figures stand in it: the first one is drawn.
GROUPS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("Cases", "", (("cases_opened", "opened"), ("cases_withdrawn", "withdrawn"))),
    (
        "Publications",
        "",
        (
            ("hashes_published", "hashes published"),
            ("hashes_near_known", "photos near one already in the bank"),
            ("hashes_withdrawn", "withdrawals published"),
        ),
    ),
    ("Look-ups", "", (("lookups", "signals looked up"), ("lookups_found", "of them found"))),
    ("Matches", "", (("matches", "reported"),)),
    (
        "Verdicts of platforms",
        "",
        (("verdicts_blocked", "blocked"), ("verdicts_not_blocked", "not blocked")),
    ),
    (
        "Time to deliver",
        "mean seconds from a message's making to its delivery",
        (
            ("seconds_to_deliver", "seconds"),
            ("deliveries", "delivered"),
            ("deliveries_failed", "given up"),
        ),
    ),
    (
        "Time to review",
        "mean seconds from an item's opening to its decision",
        (("seconds_to_review", "seconds"), ("reviews", "decided")),
    ),
)


@dataclass(frozen=True)
class Panel:
    """One group of figures: `rows` are days, latest first, with a value for each heading."""

    title: str
    note: str
    drawn: str
    headings: list[str]
    rows: list[tuple[date, list[int]]]
    chart: Chart


def panels(days: Sequence[date], table: Table) -> list[Panel]:
    """Return the dashboard's panels."""
    made = []
    for title, note, figures in GROUPS:
        columns = [[table[name].get(day, 0) for day in days] for name, _ in figures]
        rows = list(zip(days, map(list, zip(*columns, strict=True)), strict=True))
        chart = bar_chart([f"{day:%-d %b}" for day in days], columns[0])
        headings = [heading for _, heading in figures]
        made.append(Panel(title, note, headings[0], headings, rows[::-1], chart))
    return made


def as_csv(days: Iterable[date], table: Table) -> HttpResponse:
    """Return every figure by day as a file."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="figures.csv"'
    writer = csv.writer(answer)
    writer.writerow(["day", *table])
    for day in days:
        writer.writerow([day.isoformat(), *(table[name].get(day, 0) for name in table)])
    return answer


def standing_now() -> list[tuple[str, str]]:
    """Return how things stand this minute, as lines of what and how much."""
    now = timezone.now()
    waiting = ReviewItem.objects.filter(decision="").aggregate(
        n=Count("pk"), since=Min("opened_at")
    )
    due = owed().aggregate(n=Count("pk"), since=Min("created_at"))
    return [
        ("Active hashes", str(Hash.objects.filter(published_state=State.ACTIVE).count())),
        ("Items to review", _with_age(waiting, now)),
        ("Deliveries due", _with_age(due, now)),
        ("Matching index", " ".join(index.health().problems) or "well"),
    ]


def partners_now() -> list[dict[str, Any]]:
    """Return each active platform with its overdue tombstones and its endpoints' health."""
    endpoints: dict[int, list[WebhookEndpoint]] = {}
    for endpoint in WebhookEndpoint.objects.exclude(state=EndpointState.REMOVED).order_by("pk"):
        endpoints.setdefault(endpoint.partner_id, []).append(endpoint)
    return [
        {
            "name": partner.name,
            "overdue": overdue(partner),
            "endpoints": ", ".join(map(_health, endpoints.get(partner.pk, ()))) or "none",
        }
        for partner in Partner.objects.filter(active=True).order_by("name")
    ]


def _health(endpoint: WebhookEndpoint) -> str:
    if endpoint.state != EndpointState.ACTIVE:
        return "off"
    return f"failing since {endpoint.failing_since:%Y-%m-%d}" if endpoint.failing_since else "well"


def _with_age(found: dict[str, Any], now: datetime) -> str:
    if not found["n"]:
        return "0"
    hours = (now - found["since"]) // timedelta(hours=1)
    return f"{found['n']}, the oldest for {hours} h"
