"""Tombstones: a withdrawal stays due until the partner has passed it by cursor or acknowledged it.

One rule says what a stream knows: the tombstones that it has passed, and those published before
it began with an empty list. Due to a partner is every tombstone of a signal that it takes of which
none of its streams knows. Erased for good is what *all* streams of all partners know of, whatever
signal they take: a stream that is behind what was erased would have to begin anew.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from hashes.models import Hash, State
from hashes.selectors import TOMBSTONES
from partners.models import Acknowledgement, FeedPosition, Partner

OVERDUE_AFTER = timedelta(hours=24)


def tombstones_due(partner: Partner) -> QuerySet[Hash]:
    """Return the withdrawn hashes that the partner has not shown to know of, oldest first."""
    unheard = Q(pk__in=[])
    heard = _heard(partner)
    for signal, seq in heard.items():
        of_this = Q(signal=signal) if signal else ~Q(signal__in=[name for name in heard if name])
        unheard |= of_this & Q(seq__gt=seq)
    known = Acknowledgement.objects.filter(
        partner=partner, hash=OuterRef("pk"), seq__gte=OuterRef("seq")
    )
    tombstones = Hash.objects.filter(unheard, published_state__in=TOMBSTONES)
    return tombstones.exclude(Exists(known)).order_by("seq")


def _heard(partner: Partner) -> dict[str, int]:
    """Return, by signal ("" for all others), up to where the partner knows of withdrawals.

    A signal that it takes in no stream is not there: the partner holds none of its hashes.
    """
    heard: dict[str, int] = {}
    for stream in FeedPosition.objects.filter(partner=partner):
        heard[stream.signal] = max(_known(stream), heard.get(stream.signal, 0))
    everything = heard.get("", 0)
    return {signal: max(seq, everything) for signal, seq in heard.items()}


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


def acknowledge(partner: Partner, held_ids: Iterable[int]) -> int:
    """Note that the partner has dropped these hashes; return how many of them are withdrawn.

    A hash that is active, or active again, can't be acknowledged: it is left out.
    """
    rows = Hash.objects.filter(pk__in=list(held_ids), published_state__in=TOMBSTONES)
    made = Acknowledgement.objects.bulk_create(
        (
            Acknowledgement(partner=partner, hash=held, seq=held.seq or 0, at=timezone.now())
            for held in rows
        ),
        update_conflicts=True,
        unique_fields=["partner", "hash"],
        update_fields=["seq", "at"],
    )
    return len(made)
