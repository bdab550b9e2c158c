"""Reads of the bank: the feed, in the order in which it was published."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from hashes.columns import STATES, Records, hashes_where, records_where
from hashes.models import Change, FeedHead, Hash, State

TOMBSTONES = (State.WITHDRAWN, State.DELETED)
_ACTIVE, _WITHDRAWN = STATES.index(State.ACTIVE), STATES.index(State.WITHDRAWN)


@dataclass(frozen=True)
class FeedSlice:
    """Hashes in feed order; `more` says whether the feed goes on after the last of them."""

    hashes: list[Hash]
    more: bool


@dataclass(frozen=True)
class FeedPage:
    """The same as records (hashes.columns), in bulk."""

    records: Records
    more: bool

    def reached(self, otherwise: int) -> int:
        """Return the place of the last of them; `otherwise` where there is none."""
        return int(self.records["seq"][-1]) if len(self.records) else otherwise


def feed_head() -> FeedHead | None:
    """Return how far the feed is published; None before the first publication."""
    # As text, like all that every page of the feed asks: Django would take longer to put the
    # question together than the database to answer it.
    return next(iter(FeedHead.objects.raw("SELECT * FROM hashes_feedhead WHERE id = 1")), None)


def must_begin_anew(head: FeedHead | None, seq: int, fresh_until: int) -> bool:
    """Say whether a reader that stands at `seq` can no longer be told all it has to drop, the feed
    being published up to `head`.

    Tombstones that it has not passed are gone (FeedHead.floor), unless it began with nothing
    when the feed was beyond them, at `fresh_until`. Or it is ahead of the feed: the database is
    an older one than it has read.
    """
    if head is None:
        return seq > 0
    return max(seq, fresh_until) < head.floor and seq > 0 or seq > head.seq


def feed_after(
    seq: int, *, limit: int, fresh_until: int = 0, signal: str = "", confidence: str = ""
) -> FeedSlice:
    """Return the published hashes whose latest change stands after `seq`.

    Each hash appears once, at its latest change: an earlier place is left empty when it moves
    on, and a reader that was before it meets it again later, so nothing is missed. Tombstones
    up to `fresh_until` are left out: a reader that began with an empty list when the feed stood
    there can't hold what was withdrawn before, and has no need to learn it. With `confidence`,
    hashes that have left it and tombstones come too: the reader must drop them.
    """
    stream: dict[str, Any] = {
        "fresh_until": fresh_until,
        "signal": signal,
        "confidence": confidence,
    }
    found = hashes_where(_feed(stream), limit + 1, seq=seq, **stream)
    return FeedSlice(found[:limit], more=len(found) > limit)


def feed_page(
    seq: int,
    *,
    limit: int,
    fresh_until: int = 0,
    signal: str = "",
    confidence: str = "",
    variants: int = 0,
) -> FeedPage:
    """Return what feed_after does, as records.

    `variants` (variant_bits, 0 for all) leaves the hashes of which a standing claim is of one of
    these. One that has been of them and is no longer looks withdrawn.
    """
    stream: dict[str, Any] = {
        "fresh_until": fresh_until,
        "signal": signal,
        "confidence": confidence,
        "variants": variants,
    }
    found = records_where(_feed(stream), limit + 1, seq=seq, **stream)
    page = found[:limit]
    if variants:
        page = page.copy()
        page["state"][(page["state"] == _ACTIVE) & (page["variants"] & variants == 0)] = _WITHDRAWN
        page["variants"][page["state"] != _ACTIVE] = 0
    return FeedPage(page, more=len(found) > limit)


def _feed(stream: Mapping[str, object]) -> str:
    """Return the condition, for records_where, that a hash is in this stream after `seq`."""
    gone = f"published_state IN {tuple(state.value for state in TOMBSTONES)}"
    conditions = ["seq > %(seq)s"]
    if stream.get("variants"):
        conditions.append("variants_ever & %(variants)s <> 0")
        gone = f"({gone} OR variants & %(variants)s = 0)"
    if stream["fresh_until"]:
        conditions.append(f"NOT (seq <= %(fresh_until)s AND {gone})")
    if stream["signal"]:
        conditions.append("signal = %(signal)s")
    if stream["confidence"]:
        conditions.append(f"(confidence = %(confidence)s OR judged OR {gone})")
    return " AND ".join(conditions)


def seq_before(moment: datetime) -> int:
    """Return the sequence number after which everything was published at `moment` or later."""
    first = Hash.objects.filter(published_at__gte=moment, seq__isnull=False).order_by("seq").first()
    if first is not None and first.seq is not None:
        return first.seq - 1
    head = feed_head()
    return head.seq if head else 0


def published_by(seq: int) -> datetime | None:
    """Return when the last hash that now stands at `seq` or before was published; None for none."""
    rows = Hash.objects.filter(seq__lte=seq).order_by("-seq")
    return rows.values_list("published_at", flat=True).first()


def unpublished() -> QuerySet[Change]:
    """Return the changes that wait for the publisher."""
    return Change.objects.filter(seq__isnull=True)


def still_waiting(changes: Collection[int]) -> set[int]:
    """Return which of these changes (by id) wait for the publisher.

    Asked by name: joined with what waits, by a planner that believes that little does, the claims
    of a page would be compared with each change of a backlog.
    """
    waiting = unpublished().filter(pk__among=changes)
    return set(waiting.values_list("pk", flat=True))


def feed_part(
    seq: int, until: int, *, limit: int, signal: str = "", confidence: str = "", variants: int = 0
) -> Records:
    """Return hashes after `seq` and up to `until`, active and withdrawn, in feed order.

    One that has changed since `until` has moved to a later place, where feed_page shows it. To
    leave the withdrawn ones, see only_active: asked of the database, it would cost a tenth.
    """
    condition = "seq > %(seq)s AND seq <= %(until)s"
    if signal:
        condition += " AND signal = %(signal)s"
    if confidence:
        condition += " AND confidence = %(confidence)s"
    if variants:
        condition += " AND variants & %(variants)s <> 0"
    stream = {"signal": signal, "confidence": confidence, "variants": variants}
    return records_where(condition, limit, seq=seq, until=until, **stream)


def only_active(records: Records) -> Records:
    """Leave the active ones."""
    active: Records = records[records["state"] == _ACTIVE]
    return active
