"""The publisher: gives committed changes their place in the feed.

Rows get their sequence numbers *after* they are committed, one publisher at a time, so a
reader that asks for everything after a number can never miss a row that was still on its way.
Rows of one run are stamped in random order with one publication time, so that neither order
nor time shows which hashes came together.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hashes.models import Change, FeedHead, Hash, State
from hashes.signals import published
from ncii.lib.locks import transaction_lock

LOCK = 0x4E434949  # "NCII"
BATCH = 2000
_shuffle = random.SystemRandom()


def publish() -> int:
    """Publish every committed change there is; return how many rows were stamped.

    Changes of a hash that a writer holds locked at this moment stay for the next run.
    Sends hashes.signals.published after the commit of each batch.
    """
    total = 0
    while stamped := _publish_batch():
        total += stamped
    return total


@transaction.atomic
def _publish_batch() -> int:
    if not transaction_lock(LOCK):
        return 0
    changes = list(Change.objects.filter(seq__isnull=True).order_by("id")[:BATCH])
    hashes = _lock_free_hashes({change.hash_id for change in changes})
    changes = [change for change in changes if change.hash_id in hashes]
    if not changes or _is_too_early():
        return 0
    head = _advance_head(len(changes))
    first = head.seq - len(changes) + 1
    for seq, change in enumerate(_shuffled(changes), start=first):
        change.seq, change.published_at = seq, head.published_at
        _show(hashes[change.hash_id], seq, head.published_at)
    Change.objects.bulk_update(changes, ["seq", "published_at"], batch_size=500)
    Hash.objects.bulk_update(
        hashes.values(), ["state", "seq", "published_state", "published_at"], batch_size=500
    )
    transaction.on_commit(lambda: published.send(sender=FeedHead))
    return len(changes)


def _is_too_early() -> bool:
    """Let more cases gather first, where settings.PUBLICATION_INTERVAL asks for it.

    A run that holds one case only shows by its time which hashes came together; waiting mixes
    cases, at the price of that much delay.
    """
    head = FeedHead.objects.filter(pk=1).first()
    interval = timedelta(seconds=settings.PUBLICATION_INTERVAL)
    return bool(interval and head and timezone.now() < head.published_at + interval)


def _lock_free_hashes(ids: set[int]) -> dict[int, Hash]:
    rows = Hash.objects.filter(pk__in=ids).order_by("signal", "value")
    return {h.pk: h for h in rows.select_for_update(no_key=True, skip_locked=True)}


def _advance_head(count: int) -> FeedHead:
    now = timezone.now()
    head, _ = FeedHead.objects.get_or_create(pk=1, defaults={"published_at": now, "began_at": now})
    head.seq += count
    # Partners resume by time on the exchange: it must not run backwards when a clock does.
    head.published_at = max(now, head.published_at)
    head.save(update_fields=["seq", "published_at"])
    return head


def _shuffled(changes: Sequence[Change]) -> list[Change]:
    """Shuffle by hash; rows of one hash keep their order."""
    place: dict[int, float] = {}
    for change in changes:
        place.setdefault(change.hash_id, _shuffle.random())
    return sorted(changes, key=lambda change: (place[change.hash_id], change.pk))


def _show(held: Hash, seq: int, at: datetime) -> None:
    """Make the hash's present state its published one."""
    if held.state == State.RECEIVED:
        held.state = State.ACTIVE
    outward = State.WITHDRAWN if held.state == State.SUSPENDED else State(held.state)
    if outward != State.ACTIVE and held.seq is None:
        return
    held.seq, held.published_state, held.published_at = seq, outward, at
