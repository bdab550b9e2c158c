"""Counts of cases, which name nobody."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from cases.models import Case


@dataclass(frozen=True)
class Month:
    """`month` is its first day."""

    month: date
    opened: int
    withdrawn: int


def cases_by_month() -> list[Month]:
    """Return how many of the cases that are kept were opened and withdrawn, latest month first."""
    opened, withdrawn = _count("opened_on"), _count("withdrawn_on")
    months = sorted(opened.keys() | withdrawn.keys(), reverse=True)
    return [Month(month, opened[month], withdrawn[month]) for month in months]


def _count(field: str) -> Counter[date]:
    days = Case.objects.exclude(**{field: None}).values_list(field).annotate(Count("pk"))
    months: Counter[date] = Counter()
    for day, count in days.order_by():
        months[day.replace(day=1)] += count
    return months
