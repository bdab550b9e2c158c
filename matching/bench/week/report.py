"""The numbers of weeks that have passed, as a table for docs/poisoning.md."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from hashes.models import Hash, Holder, State
from matching.bench.week.plan import HONEST, JUNK, POISON, Picture
from matching.models import ReviewItem

RULES = {Holder.SPIKE, Holder.DISPUTES}
SORTS = (*dict.fromkeys(POISON), *HONEST, *JUNK)
TOGETHER = {"poisoned": POISON, "honest": HONEST}


class Row(NamedTuple):
    """What became of one sort of picture. Hours are of those that reached the feed, or were held."""

    of: int
    taken_in: int
    reached_the_feed: int
    hours_in_it_median: float | None
    hours_in_it_at_most: float | None
    uploads_matched: int
    in_it_at_the_end: int
    held_by_the_list: int
    by_spikes_or_disputes: int
    by_staff_alone: int
    hours_held_median: float | None


def rows(pictures: Sequence[Picture]) -> dict[str, Row]:
    """Return a row for each sort, for all poison and all honest ones, and what staff came to."""
    active = set(Hash.objects.filter(published_state=State.ACTIVE).values_list("value", flat=True))
    found = {sort: _row([e for e in pictures if e.sort == sort], active) for sort in SORTS}
    for name, sorts in TOGETHER.items():
        found[name] = _row([each for each in pictures if each.sort in sorts], active)
    wait = ReviewItem.objects.filter(decision="").count()
    decided = ReviewItem.objects.count() - wait
    found["items (of, of which decided)"] = Row(
        wait + decided, decided, 0, None, None, 0, 0, 0, 0, 0, None
    )
    return found


def table(weeks: Sequence[Mapping[str, Row]]) -> Iterator[str]:
    """Yield a table with a line for each sort: the range of the weeks' numbers."""
    yield f"| sort | {' | '.join(name.replace('_', ' ') for name in Row._fields)} |"
    yield f"|{' --- |' * (len(Row._fields) + 1)}"
    for sort in weeks[0]:
        columns = zip(*(week[sort] for week in weeks), strict=True)
        yield f"| {sort} | {' | '.join(_range(column) for column in columns)} |"


def _range(numbers: Sequence[float | None]) -> str:
    known = [number for number in numbers if number is not None]
    if not known:
        return ""
    least, most = f"{min(known):,.0f}", f"{max(known):,.0f}"
    return least if least == most else f"{least} to {most}"


def _row(some: Sequence[Picture], active: set[str]) -> Row:
    hours = [each.hours_in_feed for each in some if each.published]
    held = [each.hours_held for each in some if each.hours_held]
    return Row(
        of=len(some),
        taken_in=sum(bool(each.pk) for each in some),
        reached_the_feed=len(hours),
        hours_in_it_median=statistics.median(hours) if hours else None,
        hours_in_it_at_most=max(hours, default=None),
        uploads_matched=sum(each.matched for each in some),
        in_it_at_the_end=sum(each.value in active for each in some),
        held_by_the_list=sum(Holder.HARMLESS in each.held_by for each in some),
        by_spikes_or_disputes=sum(bool(each.held_by & RULES) for each in some),
        by_staff_alone=sum(each.held_by == {Holder.STAFF} for each in some),
        hours_held_median=statistics.median(held) if held else None,
    )
