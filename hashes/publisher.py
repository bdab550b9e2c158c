"""The publisher: gives committed changes their place in the feed.

Rows get their sequence numbers *after* they are committed, one publisher at a time, so a
reader that asks for everything after a number can never miss a row that was still on its way.
Each batch of a run is drawn from what waits and stamped in random order with one publication
time, so that neither order nor time shows which hashes came together.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hashes.models import VARIANT_BIT, Change, Claim, FeedHead, Hash, State
from hashes.selectors import still_waiting, unpublished
from hashes.signals import published, publishing
from ncii.lib.bulk import update_rows
from ncii.lib.locks import transaction_lock

LOCK = 0x4E434949  # "NCII"
BATCH = 3000
# Of so many that wait, a batch is drawn: the oldest alone would be those of few cases.
MIXED = 10 * BATCH
LEAP = 10**9  # more than a bank publishes in the life of a backup
# By the state of a hash: the one that it has once it is published, and what partners are shown.
_SHOWN = {
    State.RECEIVED.value: (State.ACTIVE.value, State.ACTIVE.value),
    State.ACTIVE.value: (State.ACTIVE.value, State.ACTIVE.value),
    State.SUSPENDED.value: (State.SUSPENDED.value, State.WITHDRAWN.value),
    State.WITHDRAWN.value: (State.WITHDRAWN.value, State.WITHDRAWN.value),
    State.DELETED.value: (State.DELETED.value, State.DELETED.value),
}
_shuffle = random.SystemRandom()


class Waiting(NamedTuple):
    """A hash that is about to be published, as hashes.models.Hash."""

    pk: int
    signal: str
    value: str
    state: str
    seq: int | None
    variants_ever: int


def publish() -> int:
    """Publish every change that is committed by now; return how many rows were stamped.

    Changes of a hash that a writer holds locked at this moment, and what comes meanwhile, stay
    for the next run. Sends hashes.signals.published after the commit of each batch.
    """
    total = stamped = _publish_batch(is_first=True)
    # Not until nothing is left: with enough writers that would never be.
    while stamped >= BATCH // 2:
        stamped = _publish_batch(is_first=False)
        total += stamped
    return total


@transaction.atomic
def _publish_batch(*, is_first: bool) -> int:
    if not transaction_lock(LOCK) or (is_first and _is_too_early()):
        return 0
    drawn = _drawn()
    hashes = _lock_free_hashes({hash_id for _, hash_id in drawn})
    changes = _shuffled([change for change in drawn if change[1] in hashes])
    if not changes:
        return 0
    # Before others look, who write to the audit: whoever erases holds the head, then the audit.
    head = _held_head()
    hashes = _looked_at(hashes)
    _advance(head, len(changes))
    places = list(enumerate(changes, start=head.seq - len(changes) + 1))
    _stamp([(pk, seq) for seq, (pk, _) in places], head.published_at)
    last = {hash_id: seq for seq, (_, hash_id) in places}
    _show([(hashes[pk], seq) for pk, seq in last.items()], head.published_at)
    transaction.on_commit(lambda: published.send(sender=FeedHead))
    return len(changes)


@transaction.atomic
def leap() -> int | None:
    """Go on far beyond every place that the feed has ever given; return where, None if it has none.

    For a database that is an older one, put back: places given since its backup are not known to
    it and must not be given again, and whoever has read any of them begins anew.
    Raises RuntimeError if a publisher holds its lock for too long.
    """
    if not transaction_lock(LOCK):
        raise RuntimeError("The publisher is at work: stop the workers, then try again.")
    head = FeedHead.objects.select_for_update().filter(pk=1).first()
    if head is None:
        return None
    head.seq += LEAP
    head.floor = head.leapt_to = head.seq
    head.published_at = max(timezone.now(), head.published_at)
    head.save()
    return head.seq


def _is_too_early() -> bool:
    """Let more cases gather first, where settings.PUBLICATION_INTERVAL asks for it.

    A run that holds one case only shows by its time which hashes came together; waiting mixes
    cases, at the price of that much delay.
    """
    head = FeedHead.objects.filter(pk=1).first()
    interval = timedelta(seconds=settings.PUBLICATION_INTERVAL)
    return bool(interval and head and timezone.now() < head.published_at + interval)


def _drawn() -> list[tuple[int, int]]:
    """Draw hashes for a batch; return their changes that wait, (id, hash), oldest first."""
    waiting = list(unpublished().order_by("id").values_list("id", "hash_id")[:MIXED])
    if len(waiting) <= BATCH:
        return waiting
    hashes = {hash_id for _, hash_id in waiting}
    drawn = set(_shuffle.sample(sorted(hashes), min(BATCH, len(hashes))))
    return [change for change in waiting if change[1] in drawn][:BATCH]


def _lock_free_hashes(ids: set[int]) -> dict[int, Waiting]:
    rows = Hash.objects.filter(pk__among=ids).order_by("signal", "value")
    return _by_pk(rows.select_for_update(no_key=True, skip_locked=True))


def _looked_at(hashes: dict[int, Waiting]) -> dict[int, Waiting]:
    """Let others look at what comes; return the hashes as they are after that.

    They see them in the bank's order: what they write must not lie in that of people's coming.
    """
    told = publishing.send(sender=FeedHead, hashes=list(hashes.values()))
    if not any(changed for _, changed in told):
        return hashes
    return _by_pk(Hash.objects.filter(pk__among=hashes))


def _by_pk(rows: QuerySet[Hash]) -> dict[int, Waiting]:
    # Not as objects: to make one costs more than all else that is done with it.
    return {row[0]: Waiting._make(row) for row in rows.values_list(*Waiting._fields)}


def _held_head() -> FeedHead:
    now = timezone.now()
    heads = FeedHead.objects.select_for_update(no_key=True)
    head, _ = heads.get_or_create(pk=1, defaults={"published_at": now, "began_at": now})
    return head


def _advance(head: FeedHead, count: int) -> None:
    head.seq += count
    # Partners resume by time on the exchange: it must not run backwards when a clock does.
    head.published_at = max(timezone.now(), head.published_at)
    head.save(update_fields=["seq", "published_at"])


def _shuffled(changes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Shuffle changes (id, hash), oldest first, by hash; those of one hash keep their order."""
    place = {hash_id: _shuffle.random() for _, hash_id in changes}
    return sorted(changes, key=lambda change: place[change[1]])


def _stamp(rows: list[tuple[int, int]], at: datetime) -> None:
    update_rows(Change, ["seq"], rows, same={"published_at": at})


def _show(latest: list[tuple[Waiting, int]], at: datetime) -> None:
    """Make each hash's present state its published one, at its latest place in the feed."""
    made_of = _published_variants([held.pk for held, _ in latest])
    rows = []
    for held, seq in latest:
        state, outward = _SHOWN[held.state]
        if outward == State.ACTIVE or held.seq is not None:
            bits = made_of.get(held.pk, 0) if outward == State.ACTIVE else 0
            rows.append((held.pk, state, seq, outward, bits, held.variants_ever | bits))
    fields = ["state", "seq", "published_state", "variants", "variants_ever"]
    update_rows(Hash, fields, rows, same={"published_at": at})


def _published_variants(hash_ids: list[int]) -> dict[int, int]:
    """Return which pixels each hash was made of (variant_bits), by its published claims that still
    stand.
    """
    standing = Claim.objects.filter(hash__among=hash_ids, withdrawn_on__isnull=True)
    claims = list(standing.values_list("hash", "variant", "announced"))
    waiting = still_waiting([change for *_, change in claims])
    found: dict[int, int] = {}
    for hash_id, variant, change in claims:
        if change not in waiting:
            found[hash_id] = found.get(hash_id, 0) | VARIANT_BIT[variant]
    return found
