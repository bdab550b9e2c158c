"""Tombstones: a withdrawal stays due until the partner has passed it by cursor or acknowledged it.

One rule says what a stream knows: of the tombstones that it takes, by signal and variants, those that
it has passed, and those published before it began with an empty list. Due to a partner is every
tombstone that a stream of its takes and of which none knows. Erased for good is what *all* streams of
all partners know of, whatever they take: a stream that is behind what was erased would have to begin
anew.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import GreaterThan
from django.utils import timezone

from hashes.models import Hash, State
from hashes.selectors import TOMBSTONES
from hashes.services import lock_hashes
from partners.models import Acknowledgement, FeedPosition, Partner

OVERDUE_AFTER = timedelta(hours=24)


def tombstones_due(partner: Partner) -> QuerySet[Hash]:
    """Return the withdrawn hashes that the partner has not shown to know of, oldest first."""
    streams = list(FeedPosition.objects.filter(partner=partner))
    taken = known = Q(pk__in=[])
    for stream in streams:
        taken |= _taken(stream)
        known |= _taken(stream) & Q(seq__lte=_known(stream))
    first = min(map(_known, streams), default=0)
    acknowledged = Acknowledgement.objects.filter(
        partner=partner, hash=OuterRef("pk"), seq__gte=OuterRef("seq")
    )
    tombstones = Hash.objects.filter(seq__gt=first, published_state__in=TOMBSTONES)
    return tombstones.filter(taken & ~known).exclude(Exists(acknowledged)).order_by("seq")


def _taken(stream: FeedPosition) -> Q:
    """Return which tombstones the stream tells its reader: no other does it know of."""
    taken = Q(signal=stream.signal) if stream.signal else Q(seq__isnull=False)
    if stream.variants:
        taken &= Q(GreaterThan(F("variants_ever").bitand(stream.variants), 0))
    return taken


def _known(stream: FeedPosition) -> int:
    """Return up to where whoever reads this stream knows of withdrawals."""
    return max(stream.passed_seq, stream.fresh_seq)


def forgettable_hashes(*, told_before: datetime) -> list[int]:
    """Return the ids of Deleted hashes that no active partner needs to hear of any more.

    What was published before `told_before` is among them whoever has heard: a partner that stays
    away that long has to begin anew.
    """
    deleted = Hash.objects.filter(state=State.DELETED)
    never_shown = Q(seq__isnull=True)
    heard = Q(published_at__lt=told_before)
    streams = [_known(stream) for stream in FeedPosition.objects.filter(partner__active=True)]
    heard |= Q(seq__lte=min(streams)) if streams else Q(seq__isnull=False)
    shown = Q(published_state=State.DELETED) & heard
    return list(deleted.filter(never_shown | shown).values_list("pk", flat=True))


def tombstones_overdue(partner: Partner) -> QuerySet[Hash]:
    """Return the withdrawn hashes that the partner has left lying for more than a day."""
    return tombstones_due(partner).filter(published_at__lt=timezone.now() - OVERDUE_AFTER)


def overdue(partner: Partner) -> int:
    """Return how many withdrawals the partner has left lying for more than a day."""
    return tombstones_overdue(partner).count()


@transaction.atomic
def acknowledge(partner: Partner, held_ids: Iterable[int]) -> int:
    """Note that the partner has dropped these hashes; return how many of them are withdrawn.

    A hash that is active, or active again, can't be acknowledged: it is left out.
    """
    made = Acknowledgement.objects.bulk_create(
        (
            Acknowledgement(partner=partner, hash=held, seq=held.seq or 0, at=timezone.now())
            for held in lock_hashes(held_ids).values()
            if held.published_state in TOMBSTONES
        ),
        update_conflicts=True,
        unique_fields=["partner", "hash"],
        update_fields=["seq", "at"],
    )
    return len(made)
