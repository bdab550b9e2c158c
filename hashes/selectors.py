"""Reads of the bank: the feed, in the order in which it was published."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from hashes.models import Change, Confidence, FeedHead, Hash, State


@dataclass(frozen=True)
class FeedSlice:
    """Hashes in feed order; `more` says whether the feed goes on after the last of them."""

    hashes: list[Hash]
    more: bool


def feed_head() -> FeedHead | None:
    """Return how far the feed is published; None before the first publication."""
    return FeedHead.objects.filter(pk=1).first()


def must_begin_anew(seq: int, fresh_until: int) -> bool:
    """Say whether a reader that stands at `seq` can no longer be told all it has to drop.

    Tombstones that it has not passed are gone (FeedHead.floor), unless it began with nothing
    when the feed was beyond them, at `fresh_until`. Or it is ahead of the feed: the database is
    an older one than it has read.
    """
    head = feed_head()
    if head is None:
        return seq > 0
    return max(seq, fresh_until) < head.floor and seq > 0 or seq > head.seq


def feed_after(
    seq: int,
    *,
    limit: int,
    fresh_until: int = 0,
    signal: str = "",
    confidence: str = "",
) -> FeedSlice:
    """Return the published hashes whose latest change stands after `seq`.

    Each hash appears once, at its latest change: an earlier place is left empty when it moves
    on, and a reader that was before it meets it again later, so nothing is missed. Tombstones
    up to `fresh_until` are left out: a reader that began with an empty list when the feed stood
    there can't hold what was withdrawn before, and has no need to learn it. With `confidence`,
    hashes that have left it and tombstones come too: the reader must drop them.
    """
    rows = Hash.objects.filter(seq__gt=seq).order_by("seq")
    if fresh_until:
        rows = rows.exclude(seq__lte=fresh_until, published_state__in=TOMBSTONES)
    if signal:
        rows = rows.filter(signal=signal)
    if confidence:
        left = Q(judged=True) | Q(published_state__in=TOMBSTONES)
        rows = rows.filter(Q(confidence=confidence) | left)
    found = list(rows[: limit + 1])
    return FeedSlice(found[:limit], more=len(found) > limit)


def seq_before(moment: datetime) -> int:
    """Return the sequence number after which everything was published at `moment` or later."""
    first = Hash.objects.filter(published_at__gte=moment, seq__isnull=False).order_by("seq").first()
    if first is not None and first.seq is not None:
        return first.seq - 1
    head = feed_head()
    return head.seq if head else 0


def unpublished() -> QuerySet[Change]:
    """Return the changes that wait for the publisher."""
    return Change.objects.filter(seq__isnull=True)


TOMBSTONES = (State.WITHDRAWN, State.DELETED)
CONFIDENCES = tuple(Confidence.values)


def active_chunk(
    seq: int, until: int, *, limit: int, signal: str = "", confidence: str = ""
) -> list[tuple[int, int, str, str, str, datetime]]:
    """Return active hashes after `seq` and up to `until`, in feed order: (seq, id, signal, value,
    confidence, published at).

    One that has changed since `until` has moved to a later place, where feed_after shows it.
    """
    rows = Hash.objects.filter(seq__gt=seq, seq__lte=until, published_state=State.ACTIVE)
    if signal:
        rows = rows.filter(signal=signal)
    if confidence:
        rows = rows.filter(confidence=confidence)
    columns = ("seq", "pk", "signal", "value", "confidence", "published_at")
    return list(rows.order_by("seq").values_list(*columns)[:limit])
