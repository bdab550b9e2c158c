"""Reads of the review queue, and of everything that is known about an item."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    When,
)
from django.utils import timezone

from hashes.models import Hash, Holder, Suspension
from matching.models import Dispute, MatchReport
from matching.neighbours import Neighbour, described, distances
from matching.review.models import ANSWER_WITHIN, Kind, ReviewItem
from partners.models import BankVerdict, FeedbackEntry


@dataclass(frozen=True)
class Reports:
    """What one platform reported: how often, how near (bits), from when to when."""

    partner: str
    count: int
    nearest: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Facts:
    """All that staff can know of a hash: there is no picture to see."""

    said: list[FeedbackEntry]
    reports: list[Reports]
    disputes: list[Dispute]
    neighbours: list[Neighbour]
    held_back: list[Suspension]


_RANK = Case(
    *(
        When(kind=kind, then=rank)
        for rank, kind in enumerate((Kind.DISPUTE, Kind.SPIKE, Kind.HARMLESS))
    ),
    default=len(Kind.choices),
    output_field=IntegerField(),
)
# What staff have decided about the hash since the item was opened answers it, for another platform.
_ANSWERED = Exists(BankVerdict.objects.filter(hash=OuterRef("hash"), at__gte=OuterRef("opened_at")))
# Anybody can send in harmless pictures by the thousand: they must not bury what else is held back.
_HELD_BACK = Case(
    When(kind=Kind.HARMLESS, then=1),
    When(hash__suspended=True, then=0),
    default=1,
    output_field=IntegerField(),
)
BY_URGENCY = (_ANSWERED.asc(), _HELD_BACK, _RANK, "opened_at", "pk")


def queue(now: datetime | None = None) -> QuerySet[ReviewItem]:
    """Return the items that wait; those on hold are out of it.

    First come those whose hash is held back, as somebody may be unprotected meanwhile, then
    disputes, spikes, what is near a harmless picture, and matches, of each the oldest; last, those
    of a hash that staff have decided on since they were opened.
    """
    now = now or timezone.now()
    waiting = ReviewItem.objects.filter(decision="").exclude(held_until__gt=now)
    return waiting.select_related("partner", "hash", "leased_by").order_by(*BY_URGENCY)


def free(items: QuerySet[ReviewItem], now: datetime) -> QuerySet[ReviewItem]:
    """Return those of the items that nobody has on lease."""
    return items.filter(Q(leased_until=None) | Q(leased_until__lte=now))


def open_on_same_hash(item: ReviewItem) -> QuerySet[ReviewItem]:
    """Return the other items of the item's hash that nobody has answered, also those on hold."""
    return items_of_same_hash(item).filter(decision="")


def items_of_same_hash(item: ReviewItem) -> QuerySet[ReviewItem]:
    """Return the other items of the item's hash, the open ones first."""
    others = ReviewItem.objects.filter(hash=item.hash_id).exclude(pk=item.pk)
    return others.select_related("partner", "leased_by").order_by("decision", "opened_at", "pk")


def overdue(now: datetime | None = None) -> QuerySet[ReviewItem]:
    """Return the items that should have been answered by now, also those on hold."""
    now = now or timezone.now()
    return ReviewItem.objects.filter(decision="", opened_at__lte=now - ANSWER_WITHIN)


def held_back_by_rules() -> tuple[int, datetime | None]:
    """Return how many hashes only rules hold back, and since when the first of them."""
    by_rules = Suspension.objects.exclude(hash__suspensions__holder=Holder.STAFF)
    found = by_rules.aggregate(count=Count("hash", distinct=True), first=Min("since"))
    return found["count"], found["first"]


AGES = {
    "overdue": "48 hours or more",
    "day": "24 to 48 hours",
    "new": "less than 24 hours",
}


def of_age(
    items: QuerySet[ReviewItem], age: str, now: datetime | None = None
) -> QuerySet[ReviewItem]:
    """Return those of the items that wait for as long as AGES says; all for any other word."""
    now = now or timezone.now()
    day, limit = now - ANSWER_WITHIN / 2, now - ANSWER_WITHIN
    if age == "overdue":
        return items.filter(decision="", opened_at__lte=limit)
    if age == "day":
        return items.filter(decision="", opened_at__gt=limit, opened_at__lte=day)
    if age == "new":
        return items.filter(decision="", opened_at__gt=day)
    return items


def facts(held: Hash) -> Facts:
    """Return who said what of the hash, and when, how often, how near; and its neighbours."""
    reports = (
        MatchReport.objects.filter(hash=held)
        .values_list("partner__name")
        .annotate(
            count=Count("pk"),
            nearest=Min("distance"),
            first=Min("received_at"),
            last=Max("received_at"),
        )
        .order_by("partner__name")
        .values_list("partner__name", "count", "nearest", "first", "last")
    )
    return Facts(
        list(
            FeedbackEntry.objects.filter(feedback__hash=held)
            .select_related("feedback__partner")
            .order_by("at", "pk")
        ),
        [Reports(*row) for row in reports],
        list(Dispute.objects.filter(hash=held).select_related("partner").order_by("at", "pk")),
        _neighbours(held),
        list(Suspension.objects.filter(hash=held).order_by("since", "pk")),
    )


def _neighbours(held: Hash) -> list[Neighbour]:
    near = distances([(held.signal, held.value)])
    near.pop(held.pk, None)
    return described(near)
