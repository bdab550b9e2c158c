"""What the index reads of the bank: the truth, of which the index is a shadow."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np

from hashes.models import Change, FeedHead, Hash, State
from hashes.signal_types import ImagePDQ
from matching.index.codes import from_hex
from matching.index.layout import Anchor
from matching.index.writer import Batch

Row = tuple[int, str, str, str]
_COLUMNS = ("pk", "value", "signal", "published_state")
_BATCH = 20_000
_FEED_PAGE = 2_000
_KEYS_IN_A_QUERY = 2_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Head(NamedTuple):
    """How far the feed is published, and up to where it once leapt (hashes.publisher.leap)."""

    at: Anchor
    leapt_to: int


def head() -> Head | None:
    """Return how far the feed is published; None before the first publication."""
    rows = FeedHead.objects.filter(pk=1).values_list("seq", "published_at", "leapt_to")
    for seq, published_at, leapt_to in rows:
        return Head(_anchor(seq, published_at), leapt_to)
    return None


def holds(anchor: Anchor, feed: Head | None) -> bool:
    """Whether this bank's feed, of which `feed` is the head, has passed that very place.

    What was withdrawn long ago is erased with its log rows, so the place itself may be empty.
    Then what stands before it tells: a feed that was restored and has gone another way got there
    later than this one, and times in a feed never run backwards.
    """
    if feed is None or feed.at.seq < anchor.seq or anchor == feed.at:
        return feed is not None and anchor == feed.at
    if anchor.seq < feed.leapt_to:
        return False
    rows = Change.objects.filter(seq__lte=anchor.seq).order_by("-seq")
    for seq, published_at in rows.values_list("seq", "published_at")[:1]:
        before = _anchor(seq or 0, published_at)
        return before == anchor if seq == anchor.seq else before.published_us <= anchor.published_us
    return False


def active() -> Iterator[Batch]:
    """Yield all hashes that partners see as active, by rising key.

    Many short reads: a long one would hold back the database's housekeeping. What comes or
    changes meanwhile stands in the feed after the head read before.
    """
    newest = Hash.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = Hash.objects.filter(pk__lte=newest).order_by("pk").values_list(*_COLUMNS)
    last = 0
    while found := list(rows.filter(pk__gt=last)[:_BATCH]):
        last = found[-1][0]
        yield _batch([row for row in found if _is_active(row)])


def active_after(seq: int) -> Iterator[Batch]:
    """Yield the active hashes whose latest change was published after `seq`."""
    rows = Hash.objects.order_by("seq").values_list(*_COLUMNS, "seq")
    while page := list(rows.filter(seq__gt=seq)[:_FEED_PAGE]):
        if found := [row[:4] for row in page if _is_active(row[:4])]:
            yield _batch(found)
        seq = page[-1][4]
        if len(page) < _FEED_PAGE:
            return


def has_at_least(rows: int) -> bool:
    """Whether the bank has that many active hashes; counts no further."""
    found = Hash.objects.filter(signal=ImagePDQ.name, published_state=State.ACTIVE)
    return found[rows - 1 : rows].exists()


def active_values(keys: Collection[int]) -> dict[int, str]:
    """Return those of the keys that are active hashes now, with their values."""
    wanted = sorted(keys)
    found: dict[int, str] = {}
    for start in range(0, len(wanted), _KEYS_IN_A_QUERY):
        some = Hash.objects.filter(pk__in=wanted[start : start + _KEYS_IN_A_QUERY])
        found.update(row[:2] for row in some.values_list(*_COLUMNS) if _is_active(row))
    return found


def _is_active(row: Row) -> bool:
    """Asked here and not in SQL: a database without statistics would go by the signal's index,
    in which all photos have one entry, and sort the bank for each page."""
    _, _, signal, published_state = row
    return signal == ImagePDQ.name and published_state == State.ACTIVE


def _anchor(seq: int, published_at: datetime | None) -> Anchor:
    return Anchor(seq, ((published_at or _EPOCH) - _EPOCH) // timedelta(microseconds=1))


def _batch(rows: Sequence[Row]) -> Batch:
    return np.array([row[0] for row in rows], np.int64), from_hex([row[1] for row in rows])
