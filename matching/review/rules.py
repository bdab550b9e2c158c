"""What holds a hash back without a person: disputes, spikes, and being near a harmless picture. Each
is undone by one decision.

Where staff have decided to keep a hash, no rule holds it back; they only see it in the queue.

What is written of many hashes is written in the bank's order (lock_hashes): staff read it, and ids
follow the order in which people came.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from hashes.models import Hash, Holder, Suspension
from hashes.services import lift, lock_hashes, suspend
from matching.review.models import ANSWER_WITHIN, Kind, ReviewEntry, ReviewItem, Step
from matching.review.services import open_items
from ncii.staff import audit
from partners.confidence import platforms_say
from partners.models import BankVerdict, FeedbackValue, Partner

log = structlog.get_logger("matching.review")

DISPUTES_THAT_SUSPEND = 2
# Two platforms that have judged it outweigh a count: see docs/matching.md, "What a mistake costs".
BLOCKS_THAT_VOUCH = 2
# A block weighs more than a dispute: the picture may be somebody's.
DISPUTES_PER_BLOCK = 2


@transaction.atomic
def hear_disputes(partner: Partner, hash_ids: Collection[int]) -> None:
    """Queue what a platform disputes, and hold back what at least two dispute, and more than twice
    as many as have blocked it.

    Where staff have decided to keep a hash, no number of disputes holds it back by itself.
    """
    if not hash_ids:
        return
    held = lock_hashes(hash_ids)
    said, kept = platforms_say(held), _kept(held)
    open_items(partner, held, Kind.DISPUTE)
    for pk, each in held.items():
        disputes, blocks = said[pk][FeedbackValue.NOT_BLOCKED], said[pk][FeedbackValue.BLOCKED]
        enough = max(DISPUTES_THAT_SUSPEND, DISPUTES_PER_BLOCK * blocks + 1)
        if pk not in kept and disputes >= enough:
            why = f"{disputes} platforms dispute it and {blocks or 'none'} blocked a match"
            _suspend(each, Holder.DISPUTES, why)


@transaction.atomic
def hear_spikes(spikes: Mapping[int, str], suspicions: Mapping[int, str]) -> int:
    """Hold back `spikes` and queue them and `suspicions` (hash id: why); return how many are held.

    What two platforms have blocked, no fewer than dispute it, and what was released unanswered is
    only queued; what staff keep is left alone. Doing it again changes nothing.
    """
    found = {**suspicions, **spikes}
    held = lock_hashes(found)
    said, kept = platforms_say(found), _kept(found)
    released = set(
        ReviewEntry.objects.filter(item__hash__in=held, step=Step.RELEASED).values_list(
            "item__hash_id", flat=True
        )
    )
    left = [pk for pk in held if pk not in kept]
    for pk in left:
        _queue_spike(held[pk], found[pk])
    # All items come before the audit: whoever writes a note on one holds it, then the audit.
    return sum(
        _suspend(held[pk], Holder.SPIKE, spikes[pk])
        for pk in left
        if pk in spikes and not _vouched(said[pk]) and pk not in released
    )


@transaction.atomic
def release_stale_spikes(now: datetime) -> int:
    """Release what a spike has held back for 48 hours without an answer; return how many.

    A count is a hint, not a judgement: nobody's picture stays unprotected because staff are few.
    The item stays in the queue, and the hash is not held back for a spike a second time.
    """
    unanswered = Suspension.objects.exclude(hash__suspensions__holder=Holder.STAFF)
    stale = unanswered.filter(holder=Holder.SPIKE, since__lte=now - ANSWER_WITHIN)
    held = lock_hashes(stale.values_list("hash_id", flat=True))
    # Asked again under the lock: somebody may have answered, or released them, meanwhile.
    unanswered_still = set(stale.values_list("hash_id", flat=True))
    why = f"nobody answered within {ANSWER_WITHIN.days * 24} hours"
    return sum(_release(held[pk], Holder.SPIKE, why) for pk in held if pk in unanswered_still)


@transaction.atomic
def hear_harmless(near: Mapping[int, str]) -> int:
    """Hold back and queue hashes (id: why) near a harmless picture; return how many it is.

    What staff keep, or what is held back for this already, is left alone.
    """
    if not near:
        return 0
    held = lock_hashes(near)
    there = Suspension.objects.filter(hash__in=held, holder=Holder.HARMLESS)
    left_alone = _kept(near) | set(there.values_list("hash_id", flat=True))
    new = [pk for pk in held if pk not in left_alone]
    open_items(None, new, Kind.HARMLESS)
    return sum(_suspend(held[pk], Holder.HARMLESS, near[pk]) for pk in new)


@transaction.atomic
def release_harmless(hash_ids: Collection[int]) -> int:
    """Release hashes that are near no harmless picture any more; return how many.

    Their items go where nobody has worked on them: there is nothing left to decide.
    """
    held = lock_hashes(hash_ids)
    why = "the picture it is near was taken off the list"
    count = sum(_release(each, Holder.HARMLESS, why) for each in held.values())
    untouched = ReviewItem.objects.filter(hash__in=held, partner=None, decision="", leased_by=None)
    untouched.exclude(entries__who__gt="").delete()
    return count


def _vouched(said: Mapping[str, int]) -> bool:
    blocks = said[FeedbackValue.BLOCKED]
    return blocks >= BLOCKS_THAT_VOUCH and blocks >= said[FeedbackValue.NOT_BLOCKED]


def _queue_spike(held: Hash, why: str) -> None:
    waiting = ReviewItem.objects.filter(hash=held, decision="", kind=Kind.MATCH)
    items = list(waiting)
    waiting.update(kind=Kind.SPIKE, held_until=None)
    ReviewEntry.objects.bulk_create(
        ReviewEntry(item=item, at=timezone.now(), step=Step.OPENED, text=f"{Kind.SPIKE}: {why}")
        for item in items
    )


def _kept(hash_ids: Collection[int]) -> set[int]:
    kept = BankVerdict.objects.filter(hash__in=list(hash_ids), value=FeedbackValue.BLOCKED)
    return set(kept.values_list("hash_id", flat=True))


def _suspend(held: Hash, holder: Holder, why: str) -> bool:
    """Hold the hash back, say so in its items and in the audit; False if that was so already."""
    if not suspend(held, holder, why):
        return False
    _write(held, Step.SUSPENDED, why)
    audit.record("rule", f"hash.suspend.{holder}", str(held), why)
    log.warning("hash_held_back_by_rule", rule=str(holder))
    return True


def _release(held: Hash, holder: Holder, why: str) -> bool:
    """End what this holder holds back, and say so as _suspend does; False if nothing stood."""
    if not lift(held, [holder]):
        return False
    _write(held, Step.RELEASED, why)
    audit.record("rule", f"hash.release.{holder}", str(held), why)
    return True


def _write(held: Hash, step: Step, why: str) -> None:
    ReviewEntry.objects.bulk_create(
        ReviewEntry(item=item, at=timezone.now(), step=step, text=why)
        for item in ReviewItem.objects.filter(hash=held, decision="")
    )
