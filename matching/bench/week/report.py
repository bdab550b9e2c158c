"""The numbers of a week that has passed, as a table for docs/poisoning.md."""

import statistics
from collections.abc import Iterator, Sequence

from hashes.models import Hash, Holder, State
from matching.bench.week.plan import HONEST, JUNK, POISON, Picture
from matching.models import ReviewItem

HEAD = (
    "of",
    "taken in",
    "reached the feed",
    "hours in it, median",
    "at most",
    "in it at the end",
    "held by the list",
    "by spikes or disputes",
    "by staff alone",
    "hours held, median",
)
RULES = {Holder.SPIKE, Holder.DISPUTES}
SORTS = (*dict.fromkeys(POISON), *HONEST, *JUNK)


def report(pictures: Sequence[Picture]) -> Iterator[str]:
    """Yield a table with a line for each sort of picture, and what staff came to."""
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{' --- |' * len(HEAD)}"
    active = set(Hash.objects.filter(published_state=State.ACTIVE).values_list("value", flat=True))
    for sort in SORTS:
        some = [each for each in pictures if each.sort == sort]
        yield f"| {len(some):,} {sort} | {' | '.join(_row(some, active))} |"
    for name, sorts in (("poisoned", POISON), ("honest", HONEST)):
        some = [each for each in pictures if each.sort in sorts]
        yield f"| {len(some):,} {name} | {' | '.join(_row(some, active))} |"
    items = ReviewItem.objects.count()
    wait = ReviewItem.objects.filter(decision="").count()
    yield f"\nstaff decided {items - wait:,} items, {wait:,} wait"


def _row(some: Sequence[Picture], active: set[str]) -> Iterator[str]:
    hours = [each.hours_in_feed for each in some if each.published]
    yield f"{sum(bool(each.pk) for each in some):,}"
    yield f"{len(hours):,}"
    yield f"{statistics.median(hours):.0f}" if hours else ""
    yield f"{max(hours):.0f}" if hours else ""
    yield f"{sum(each.value in active for each in some):,}"
    yield f"{sum(Holder.HARMLESS in each.held_by for each in some):,}"
    yield f"{sum(bool(each.held_by & RULES) for each in some):,}"
    yield f"{sum(each.held_by == {Holder.STAFF} for each in some):,}"
    held = [each.hours_held for each in some if each.hours_held]
    yield f"{statistics.median(held):.0f}" if held else ""
