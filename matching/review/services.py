"""What staff do with the review queue, and what puts items into it.

Every function that takes `who` is for a person who has the item on lease: two people never work
on one item. Each step is in the item's history and, with the person's name, in the audit.

Hashes are locked before items, and items before the audit, by everyone who changes both. Items are
locked without their key, so that a rule can write into their history meanwhile.
"""

import random
from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hashes.models import Hash, Holder
from hashes.services import lift, lock_hashes, suspend
from matching.harmless.selectors import near_harmless
from matching.review.models import LEASE, Decision, Kind, ReviewEntry, ReviewItem, Step
from matching.review.outcomes import VERDICT, tell_outcome
from matching.review.selectors import free, open_on_same_hash, queue
from ncii.staff import audit
from partners.models import Partner
from partners.verdicts import record_bank_verdict

LONGEST_HOLD = timedelta(days=30)
_shuffle = random.SystemRandom()


class ReviewRefused(Exception):
    """The step can't be taken; the message says why, to staff."""


@transaction.atomic
def open_items(partner: Partner | None, hash_ids: Collection[int], kind: Kind) -> None:
    """Open an item for each hash, or join the one there is.

    A dispute turns a match into a dispute, and opens what was decided once more; a further
    match only adds to it. In a fixed number of queries. Whoever calls holds the hashes.
    """
    now = timezone.now()
    there = ReviewItem.objects.filter(partner=partner, hash__in=hash_ids)
    known = set(there.values_list("hash_id", flat=True))
    new = [
        ReviewItem(partner=partner, hash_id=pk, kind=kind, opened_at=now)
        for pk in set(hash_ids) - known
    ]
    # The queue lists them as they are written: not in the order of the hashes' ids, which tells
    # what came together.
    _shuffle.shuffle(new)
    ReviewItem.objects.bulk_create(new, ignore_conflicts=True)
    opened = list(there.exclude(hash__in=known))
    if kind == Kind.DISPUTE:
        decided = list(there.filter(hash__in=known).exclude(decision=""))
        opened += decided + list(there.filter(hash__in=known, decision="").exclude(kind=kind))
        ReviewItem.objects.filter(pk__in=[item.pk for item in decided]).update(
            decision="", decided_at=None, held_until=None, opened_at=now
        )
        there.update(kind=kind)
    ReviewEntry.objects.bulk_create(
        ReviewEntry(item=item, at=now, step=Step.OPENED, text=kind) for item in opened
    )


@transaction.atomic
def take(item: ReviewItem, who: User) -> ReviewItem:
    """Lease the item to `who`, or lengthen their lease; raise ReviewRefused if it is taken."""
    now = timezone.now()
    taken = _lock(item)
    if taken.leased_until and _is_with_another(taken, who, now):
        raise ReviewRefused(
            f"{taken.leased_by} is working on this until {taken.leased_until:%H:%M}."
        )
    return _lease(taken, who, now)


@transaction.atomic
def take_next(who: User, among: QuerySet[ReviewItem] | None = None) -> ReviewItem | None:
    """Lease the first item that waits and nobody has; None when nothing waits.

    `among`: the queue, narrowed by partner, age or kind.
    """
    now = timezone.now()
    waiting = free(queue(now) if among is None else among, now)
    first = waiting.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
    return _lease(first, who, now) if first else None


@transaction.atomic
def put_back(item: ReviewItem, who: User) -> None:
    """End the lease without a decision."""
    mine = _mine(item, who)
    _end_lease(mine)
    mine.save()


@transaction.atomic
def note(item: ReviewItem, who: User, text: str) -> None:
    """Add a note to the item's history. Raises ReviewRefused for an empty one."""
    _write(_mine(item, who), who, Step.NOTED, _wanted(text))


@transaction.atomic
def hold(item: ReviewItem, who: User, until: datetime, reason: str) -> None:
    """Take the item out of the queue until then, 30 days at most; its clock goes on."""
    now = timezone.now()
    if not now < until <= now + LONGEST_HOLD:
        raise ReviewRefused(f"Hold it until a day within the next {LONGEST_HOLD.days}.")
    mine = _open(_mine(item, who))
    mine.held_until = until
    _end_lease(mine)
    mine.save()
    _write(mine, who, Step.HELD, f"until {until:%Y-%m-%d}: {_wanted(reason)}")


@transaction.atomic
def decide(
    item: ReviewItem, who: User, decision: Decision, reason: str, *, together: bool = False
) -> int:
    """Decide what partners get, and tell the platform. A reason is required, which it does not read.

    `together` answers the hash's other open items too, also those on hold, each in its own
    history, in the audit and to its platform; what somebody else has on lease is left to them.
    Returns how many items are answered. Keeping a hash also ends what rules hold back; holding it
    back leaves them as they are.
    """
    hashes = lock_hashes([item.hash_id])
    mine = _open(_mine(item, who))
    held = hashes[mine.hash_id]
    why, now = _wanted(reason), timezone.now()
    if decision == Decision.KEEP:
        # Behind what an earlier decision on the item released, if a dispute has opened it since.
        mine.lifted += [[s.holder, s.why, s.since.isoformat()] for s in lift(held)]
    else:
        suspend(held, Holder.STAFF, why)
    record_bank_verdict(held, VERDICT[decision])
    others = (
        open_on_same_hash(mine).select_for_update(of=("self",), no_key=True) if together else ()
    )
    answered = [mine, *(other for other in others if not _is_with_another(other, who, now))]
    for each in answered:
        each.decision, each.decided_at, each.held_until = decision, now, None
        _end_lease(each)
        each.save()
        tell_outcome(each)
        _write(each, who, Step.DECIDED, why, decision)
    return len(answered)


@transaction.atomic
def undo(item: ReviewItem, who: User, reason: str) -> int:
    """Open a decided item again, and put the hash back to what it was; return how many are open.

    Items that were decided together are opened together. Where another decision on the same hash
    stands, that one holds.
    """
    hashes = lock_hashes([item.hash_id])
    mine = _lock(item)
    if not mine.decision:
        raise ReviewRefused("There is no decision to undo.")
    held = hashes[mine.hash_id]
    why, was = _wanted(reason), Decision(mine.decision)
    undone = [mine, *_decided_with(mine)]
    other = _standing(undone)
    _put_back(held, [row for each in undone for row in each.lifted], other)
    record_bank_verdict(held, VERDICT[Decision(other.decision)] if other else None)
    for each in undone:
        each.decision, each.decided_at, each.lifted = "", None, []
        each.save()
        tell_outcome(each)
        _write(each, who, Step.UNDONE, why, was)
    _lease(mine, who, timezone.now())
    return len(undone)


def _put_back(held: Hash, lifted: list[list[str]], other: ReviewItem | None) -> None:
    """Hold back what the undone decision released, unless a decision that stands keeps it: then
    the undoing of that one does.
    """
    if other and other.decision == Decision.KEEP:
        lift(held)
        other.lifted += lifted
        other.save(update_fields=["lifted"])
        return
    if other:
        suspend(held, Holder.STAFF, f"decided for {other.whose}")
    else:
        lift(held, [Holder.STAFF])
    gone = {Holder.STAFF}
    if not near_harmless([(held.signal, held.value)]):
        gone.add(Holder.HARMLESS)
    for holder, why, since in lifted:
        if holder not in gone:
            suspend(held, Holder(holder), why, datetime.fromisoformat(since))


def _decided_with(item: ReviewItem) -> list[ReviewItem]:
    """Return the items that were decided in the same act; the hash is locked, so one at a time."""
    same = ReviewItem.objects.filter(
        hash=item.hash_id, decision=item.decision, decided_at=item.decided_at
    )
    return list(
        same.exclude(pk=item.pk).order_by("pk").select_for_update(of=("self",), no_key=True)
    )


def _standing(undone: Collection[ReviewItem]) -> ReviewItem | None:
    """Return the latest decision that stands on the same hash, by another item."""
    (hash_id,) = {item.hash_id for item in undone}
    others = ReviewItem.objects.filter(hash=hash_id).exclude(pk__in=[each.pk for each in undone])
    return others.exclude(decision="").order_by("-decided_at", "-pk").first()


def _is_with_another(item: ReviewItem, who: User, now: datetime) -> bool:
    return (
        item.leased_by_id not in (None, who.pk)
        and item.leased_until is not None
        and item.leased_until > now
    )


def _lock(item: ReviewItem) -> ReviewItem:
    there = ReviewItem.objects.select_for_update(no_key=True).filter(pk=item.pk).first()
    if there is None:
        raise ReviewRefused("This item is gone, or its hash: there is nothing left to decide.")
    return there


def _mine(item: ReviewItem, who: User) -> ReviewItem:
    locked, now = _lock(item), timezone.now()
    if locked.leased_by_id != who.pk or locked.leased_until is None or locked.leased_until <= now:
        raise ReviewRefused("You no longer have this item: take it again.")
    return locked


def _open(item: ReviewItem) -> ReviewItem:
    if item.decision:
        raise ReviewRefused("This item is decided: undo that first.")
    return item


def _lease(item: ReviewItem, who: User, now: datetime) -> ReviewItem:
    item.leased_by, item.leased_until = who, now + LEASE
    item.save()
    return item


def _end_lease(item: ReviewItem) -> None:
    item.leased_by, item.leased_until = None, None


def _wanted(text: str) -> str:
    if not text.strip():
        raise ReviewRefused("Say why: the next person reads it.")
    return text.strip()


def _write(item: ReviewItem, who: User, step: Step, text: str, decision: str = "") -> None:
    ReviewEntry.objects.create(
        item=item,
        at=timezone.now(),
        who=who.get_username(),
        step=step,
        decision=decision,
        text=text[:1000],
    )
    audit.record(who, f"review.{step}", f"{item.whose}: {item.hash}", f"{decision} {text}".strip())
