"""Figures by day: written down when a day is over, counted for the days that are not."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max

from cases.figures.sources import SOURCES
from hashes.models import Hash, State
from ncii.lib.days import today
from ncii.staff.models import DayFigure

ACTIVE = "hashes_active"
# What is kept of times before the first noting goes back no further than this.
FURTHEST = timedelta(days=92)
LONGEST = timedelta(days=366)
Table = dict[str, dict[date, int]]


@transaction.atomic
def note_days() -> int:
    """Write down every day that is over and has no figures yet; return how many. Idempotent.

    The number of active hashes is known for yesterday only: it is what stands now.
    """
    first, last = _open_since(), today() - timedelta(days=1)
    if first > last:
        return 0
    rows = [
        DayFigure(day=day, name=name, value=values.get(day, 0))
        for name, values in _count(first, last).items()
        for day in _days(first, last)
    ]
    active = Hash.objects.filter(published_state=State.ACTIVE).count()
    rows.append(DayFigure(day=last, name=ACTIVE, value=active))
    DayFigure.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return (last - first).days + 1


def figures_by_day(days: int) -> tuple[list[date], Table]:
    """Return the last days up to today (at most a year), and each figure by day; 0 where none.

    Days that are over come from what was written down; the rest, today at least, are counted.
    """
    last = today()
    first = last - min(timedelta(days=days - 1), LONGEST)
    table: Table = {name: {} for name in (*SOURCES, ACTIVE)}
    noted = DayFigure.objects.filter(day__range=(first, last), name__in=table)
    for name, day, value in noted.values_list("name", "day", "value"):
        table[name][day] = value
    for name, values in _count(max(first, _open_since()), last).items():
        table[name].update(values)
    return list(_days(first, last)), table


def _open_since() -> date:
    """Return the first day that has not been written down."""
    noted: date | None = DayFigure.objects.aggregate(last=Max("day"))["last"]
    return noted + timedelta(days=1) if noted else today() - FURTHEST


def _count(first: date, last: date) -> Table:
    return {name: count(first, last) for name, count in SOURCES.items()}


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
