"""What the index reads of the bank: the truth, of which the index is a shadow."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from hashes.models import Change, FeedHead, Hash, State
from hashes.selectors import feed_after, feed_head
from hashes.signal_types import ImagePDQ
from matching.index.codes import from_hex
from matching.index.layout import Anchor
from matching.index.writer import Batch

_BATCH = 20_000
_FEED_PAGE = 2_000
_KEYS_IN_A_QUERY = 2_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def head() -> Anchor | None:
    """Return how far the feed is published; None before the first publication."""
    row = feed_head()
    return _anchor(row) if row else None


def holds(anchor: Anchor) -> bool:
    """Whether this bank's feed has passed that very place."""
    row = Change.objects.filter(seq=anchor.seq).first()
    return row is not None and _anchor(row) == anchor


def active() -> Iterator[Batch]:
    """Yield all hashes that partners see as active, by rising key.

    Many short reads: a long one would hold back the database's housekeeping. What comes or
    changes meanwhile stands in the feed after the head read before.
    """
    newest = Hash.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = Hash.objects.filter(signal=ImagePDQ.name, published_state=State.ACTIVE, pk__lte=newest)
    rows = rows.order_by("pk")
    last = 0
    while found := list(rows.filter(pk__gt=last).values_list("pk", "value")[:_BATCH]):
        last = found[-1][0]
        yield _batch(found)


def active_after(seq: int) -> Iterator[Batch]:
    """Yield the active hashes whose latest change was published after `seq`."""
    more = True
    while more:
        page = feed_after(seq, limit=_FEED_PAGE, signal=ImagePDQ.name)
        found = [(h.pk, h.value) for h in page.hashes if h.published_state == State.ACTIVE]
        if found:
            yield _batch(found)
        seq = page.hashes[-1].seq or seq if page.hashes else seq
        more = page.more


def has_at_least(rows: int) -> bool:
    """Whether the bank has that many active hashes; counts no further."""
    found = Hash.objects.filter(signal=ImagePDQ.name, published_state=State.ACTIVE)
    return found.order_by("pk")[rows - 1 : rows].exists()


def active_values(keys: Collection[int]) -> dict[int, str]:
    """Return those of the keys that are active hashes now, with their values."""
    wanted = sorted(keys)
    rows = Hash.objects.filter(signal=ImagePDQ.name, published_state=State.ACTIVE)
    found: dict[int, str] = {}
    for start in range(0, len(wanted), _KEYS_IN_A_QUERY):
        some = rows.filter(pk__in=wanted[start : start + _KEYS_IN_A_QUERY])
        found.update(some.values_list("pk", "value"))
    return found


def _anchor(row: FeedHead | Change) -> Anchor:
    published = row.published_at or _EPOCH
    return Anchor(row.seq or 0, (published - _EPOCH) // timedelta(microseconds=1))


def _batch(rows: list[tuple[int, str]]) -> Batch:
    return np.array([key for key, _ in rows], np.int64), from_hex([value for _, value in rows])
