"""What staff do with the review queue, and what puts items into it.

Every function that takes `who` is for a person who has the item on lease: two people never work
on one item. Each step is in the item's history and, with the person's name, in the audit.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hashes.models import Hash
from hashes.services import lock_hashes, set_suspended
from matching.review.models import LEASE, Decision, Kind, ReviewEntry, ReviewItem, Step
from matching.review.outcomes import VERDICT, tell_outcome
from matching.review.selectors import free, queue
from ncii.staff import audit
from partners.models import Feedback, FeedbackValue, Partner
from partners.verdicts import record_bank_verdict

LONGEST_HOLD = timedelta(days=30)
DISPUTES_THAT_SUSPEND = 2


class ReviewRefused(Exception):
    """The step can't be taken; the message says why, to staff."""


@transaction.atomic
def open_items(partner: Partner, hash_ids: Collection[int], kind: Kind) -> None:
    """Open an item for each hash, or join the one there is.

    A dispute turns a match into a dispute, and opens what was decided once more; a further
    match only adds to it. In a fixed number of queries.
    """
    now = timezone.now()
    there = ReviewItem.objects.filter(partner=partner, hash__in=hash_ids)
    known = set(there.values_list("hash_id", flat=True))
    new = [
        ReviewItem(partner=partner, hash_id=pk, kind=kind, opened_at=now)
        for pk in sorted(set(hash_ids) - known)
    ]
    ReviewItem.objects.bulk_create(new, ignore_conflicts=True)
    opened = list(there.exclude(hash__in=known))
    if kind == Kind.DISPUTE:
        decided = there.filter(hash__in=known).exclude(decision="")
        opened += list(decided)
        ReviewItem.objects.filter(pk__in=[item.pk for item in opened]).update(
            decision="", decided_at=None, held_until=None, opened_at=now
        )
        there.update(kind=kind)
    ReviewEntry.objects.bulk_create(
        ReviewEntry(item=item, at=now, step=Step.OPENED, text=kind) for item in opened
    )


@transaction.atomic
def hear_disputes(partner: Partner, hash_ids: Collection[int]) -> None:
    """Queue what a platform disputes, and hold back what two dispute and none has blocked.

    Where staff have decided to keep a hash, no number of disputes holds it back by itself.
    """
    if not hash_ids:
        return
    held = _locked(hash_ids)
    kept = set(
        ReviewItem.objects.filter(hash__in=held, decision=Decision.KEEP).values_list(
            "hash_id", flat=True
        )
    )
    open_items(partner, hash_ids, Kind.DISPUTE)
    for pk in _disputed(hash_ids) - kept:
        if not held[pk].suspended:
            _suspend_by_rule(held[pk])


def _disputed(hash_ids: Collection[int]) -> set[int]:
    said: dict[int, list[str]] = {pk: [] for pk in hash_ids}
    for pk, value in Feedback.objects.filter(hash__in=hash_ids).values_list("hash_id", "value"):
        said[pk].append(value)
    return {
        pk
        for pk, values in said.items()
        if FeedbackValue.BLOCKED not in values
        and values.count(FeedbackValue.NOT_BLOCKED) >= DISPUTES_THAT_SUSPEND
    }


def _suspend_by_rule(held: Hash) -> None:
    why = f"{DISPUTES_THAT_SUSPEND} platforms dispute it and none has blocked a match"
    set_suspended(held, True)
    for item in ReviewItem.objects.filter(hash=held, decision=""):
        ReviewEntry.objects.create(item=item, at=timezone.now(), step=Step.SUSPENDED, text=why)
    audit.record("rule", "hash.suspend", str(held), why)


@transaction.atomic
def take(item: ReviewItem, who: User) -> ReviewItem:
    """Lease the item to `who`, or lengthen their lease; raise ReviewRefused if it is taken."""
    now = timezone.now()
    taken = _lock(item)
    if taken.leased_by_id not in (None, who.pk) and taken.leased_until and taken.leased_until > now:
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
    first = waiting.select_for_update(skip_locked=True, of=("self",)).first()
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
def decide(item: ReviewItem, who: User, decision: Decision, reason: str) -> None:
    """Decide what partners get, and tell them. A reason is required, which they do not read."""
    held = _locked([item.hash_id])[item.hash_id]
    mine = _open(_mine(item, who))
    earlier = _standing(mine)
    mine.suspended_before = earlier.suspended_before if earlier else held.suspended
    mine.decision, mine.decided_at, mine.held_until = decision, timezone.now(), None
    _end_lease(mine)
    mine.save()
    set_suspended(held, decision == Decision.SUSPEND)
    record_bank_verdict(held, VERDICT[decision])
    tell_outcome(mine)
    _write(mine, who, Step.DECIDED, _wanted(reason), decision)


@transaction.atomic
def undo(item: ReviewItem, who: User, reason: str) -> None:
    """Open a decided item again, and put the hash back to what it was.

    Where another item's decision on the same hash stands, that one holds.
    """
    held = _locked([item.hash_id])[item.hash_id]
    undone = _lock(item)
    if not undone.decision:
        raise ReviewRefused("There is no decision to undo.")
    other = _standing(undone)
    before = other.decision == Decision.SUSPEND if other else undone.suspended_before
    was = Decision(undone.decision)
    undone.decision, undone.decided_at = "", None
    _lease(undone, who, timezone.now())
    set_suspended(held, before)
    record_bank_verdict(held, VERDICT[Decision(other.decision)] if other else None)
    tell_outcome(undone)
    _write(undone, who, Step.UNDONE, _wanted(reason), was)


def _standing(item: ReviewItem) -> ReviewItem | None:
    """Return the latest decision that stands on the same hash, by another item."""
    others = ReviewItem.objects.filter(hash=item.hash_id).exclude(pk=item.pk).exclude(decision="")
    return others.order_by("-decided_at", "-pk").first()


def _locked(hash_ids: Collection[int]) -> dict[int, Hash]:
    """Hashes are locked before items, in the bank's order, by everyone who changes both."""
    lock_hashes(hash_ids)
    return Hash.objects.in_bulk(list(hash_ids))


def _lock(item: ReviewItem) -> ReviewItem:
    return ReviewItem.objects.select_for_update().get(pk=item.pk)


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
    audit.record(
        who, f"review.{step}", f"{item.partner}: {item.hash}", f"{decision} {text}".strip()
    )
