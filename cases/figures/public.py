"""The figures for everybody: whole months, rounded, so that a small count names nobody.

Every number stands for itself: below 10 only that is said, others are rounded to 10 (Willenborg and
de Waal, "Elements of Statistical Disclosure Control", 2001, on rounding and on differencing). No
total is given and no other period, so no sum and no difference tells more than the numbers do; and a
month, once it is over, is never counted again.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Min, Sum
from django.db.models.functions import TruncMonth

from ncii.staff.models import DayFigure

FEWEST = 10
MOST_MONTHS = 24
PUBLIC = (
    *("cases_opened", "cases_withdrawn", "hashes_published", "hashes_withdrawn"),
    *("lookups", "matches", "verdicts_blocked", "verdicts_not_blocked"),
)


@dataclass(frozen=True)
class PublicMonth:
    """`month` is its first day; `counts` are rounded, None for fewer than ten."""

    month: date
    counts: dict[str, int | None]


def rounded(count: int) -> int | None:
    """Return the count to the nearest ten, halves upwards; None below ten."""
    return None if count < FEWEST else (count + 5) // 10 * 10


def public_months() -> list[PublicMonth]:
    """Return the months that are over and written down whole, latest first, at most two years."""
    noted = DayFigure.objects.filter(name__in=PUBLIC)
    ends = noted.aggregate(first=Min("day"), last=Max("day"))
    first, last = ends["first"], ends["last"]
    sums = (
        noted.annotate(month=TruncMonth("day"))
        .values_list("month", "name")
        .annotate(Sum("value"))
        .order_by("-month")
    )
    counts: dict[date, dict[str, int | None]] = {}
    for month, name, total in sums:
        if first <= month and _last_day(month) <= last:
            counts.setdefault(month, {})[name] = rounded(total)
    return [PublicMonth(month, counts[month]) for month in list(counts)[:MOST_MONTHS]]


def _last_day(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
