"""Tombstones: a withdrawal stays due until the partner has passed it by cursor or acknowledged it.

Due to a partner is every tombstone of a signal that it takes, published since it began to read,
that none of its streams has passed.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from hashes.models import Hash
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
        known = max(stream.passed_seq, stream.fresh_seq)
        heard[stream.signal] = max(known, heard.get(stream.signal, 0))
    everything = heard.get("", 0)
    return {signal: max(seq, everything) for signal, seq in heard.items()}


def overdue(partner: Partner) -> int:
    """Return how many withdrawals the partner has left lying for more than a day."""
    before = timezone.now() - OVERDUE_AFTER
    return tombstones_due(partner).filter(published_at__lt=before).count()


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
