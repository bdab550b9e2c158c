"""Spikes: hashes matched on far more uploads than others as old as they are.

What a hash should get is told by its peers: hashes of the same signal and age that matched at the
same platform in the same time. Their upper quartile is compared with, as it stays where it is
while fewer than a quarter of them are poisoned. One platform alone can make a hash suspect, but
not hold it back: its counts may be wrong, or made up.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min

from hashes.models import Hash, State
from matching.models import MatchReport

WINDOW = timedelta(hours=24)
AGES = (2, 8, 31)  # days: hashes are peers between two of these
FEWEST_PEERS = 20  # below that there is nothing to compare with
ALONE = 10  # times the least that counts, where there are too few peers
PARTNERS_THAT_SUSPEND = 2
TWICE = 2  # times as many platforms as its peers


@dataclass(frozen=True)
class Spikes:
    """Why, by hash id: those to hold back, and those for staff to look at."""

    certain: dict[int, str] = field(default_factory=dict)
    suspect: dict[int, str] = field(default_factory=dict)


Peers = tuple[str, int]


def find_spikes(now: datetime) -> Spikes:
    """Return what spikes in the 24 hours before `now`, in two queries."""
    since = now - WINDOW
    peers = _peers(since, now.date())
    counts = _counts(since, peers)
    over: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for of_partner in counts.values():
        for pk, count, usual in _above(of_partner, peers):
            over[pk].append((count, usual))
    crowds = _crowds(counts.values(), peers)
    return Spikes(
        {pk: _why(over[pk]) for pk in over if len(over[pk]) >= PARTNERS_THAT_SUSPEND} | crowds,
        {pk: _why(over[pk]) for pk in over if len(over[pk]) < PARTNERS_THAT_SUSPEND},
    )


def _peers(since: datetime, today: date) -> dict[int, Peers]:
    """Return, by hash, the group that it is compared with."""
    # Not joined with the reports: each of thousands would meet each claim.
    matched = MatchReport.objects.filter(received_at__gt=since).values("hash")
    rows = Hash.objects.filter(pk__in=matched, published_state=State.ACTIVE)
    made = rows.annotate(first=Min("claims__made_on")).values_list("pk", "signal", "first")
    return {
        pk: (signal, sum((today - first).days >= age for age in AGES))
        for pk, signal, first in made
        if first is not None
    }


def _counts(since: datetime, known: Collection[int]) -> dict[int, dict[int, int]]:
    """Return {partner id: {hash id: how many uploads it reported}}."""
    rows = MatchReport.objects.filter(received_at__gt=since, partner__active=True)
    counted: dict[int, dict[int, int]] = defaultdict(dict)
    grouped = rows.values("partner_id", "hash_id").annotate(count=Count("pk")).order_by()
    for partner, pk, count in grouped.values_list("partner_id", "hash_id", "count"):
        if pk in known:
            counted[partner][pk] = count
    return counted


def _above(
    counts: Mapping[int, int], peers: Mapping[int, Peers]
) -> Iterable[tuple[int, int, int | None]]:
    """Yield (hash, its count, what is usual or None) for each that is far above its peers."""
    least, times = settings.SPIKE_LEAST_MATCHES, settings.SPIKE_TIMES
    usual = _usual(counts, peers)
    for pk, count in counts.items():
        normal = usual.get(peers[pk])
        limit = ALONE * least if normal is None else max(least, times * normal)
        if count >= limit:
            yield pk, count, normal


def _crowds(counts: Collection[Mapping[int, int]], peers: Mapping[int, Peers]) -> dict[int, str]:
    """Return hashes that many platforms match at once: by far more than their peers."""
    platforms: dict[int, int] = defaultdict(int)
    uploads: dict[int, int] = defaultdict(int)
    for of_partner in counts:
        for pk, count in of_partner.items():
            platforms[pk] += 1
            uploads[pk] += count
    usual = _usual(platforms, peers)
    return {
        pk: f"{count} platforms match it at once, on {uploads[pk]} uploads in 24 hours; "
        f"hashes as old: {usual[peers[pk]]}"
        for pk, count in platforms.items()
        if peers[pk] in usual
        and count >= max(settings.SPIKE_LEAST_PARTNERS, TWICE * usual[peers[pk]])
        and uploads[pk] >= settings.SPIKE_LEAST_MATCHES
    }


def _usual(counts: Mapping[int, int], peers: Mapping[int, Peers]) -> dict[Peers, int]:
    """Return the upper quartile (nearest rank, at least 1) of each group that is big enough."""
    groups: dict[Peers, list[int]] = defaultdict(list)
    for pk, count in counts.items():
        groups[peers[pk]].append(count)
    return {
        group: max(1, sorted(values)[(3 * len(values) - 1) // 4])
        for group, values in groups.items()
        if len(values) > FEWEST_PEERS
    }


def _why(over: list[tuple[int, int | None]]) -> str:
    at = "; ".join(
        f"{count} matches in 24 hours where "
        + (f"{usual} are usual" if usual is not None else "there is little to compare with")
        for count, usual in sorted(over, key=lambda each: -each[0])[:2]
    )
    return f"{len(over)} platform{'s' if len(over) > 1 else ''}: {at}"
