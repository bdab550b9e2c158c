"""Reads of what partners have and say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Q

from hashes.models import Hash, State
from partners.models import Feedback, FeedbackValue, FeedPosition, Partner

# What a platform can say that means something to a person, weakest first.
SHOWN = (FeedbackValue.PENDING_REVIEW, FeedbackValue.NOT_BLOCKED, FeedbackValue.BLOCKED)


@dataclass(frozen=True)
class Readers:
    """How far each active partner has read, and what each says of some hashes."""

    partners: list[Partner]
    positions: dict[int, list[FeedPosition]]
    feedback: dict[tuple[int, int], Feedback]

    def has_read(self, partner: Partner, held: Hash, seq: int | None) -> bool:
        """Say whether the partner was handed the feed up to `seq`, with this hash in it.

        A hash that is suspended, or that was withdrawn before anyone saw it, has been handed to
        nobody, wherever its log rows stand.
        """
        if seq is None or held.seq is None or held.suspended:
            return False
        return any(
            position.served_seq >= seq
            and position.signal in ("", held.signal)
            and position.confidence in ("", held.confidence)
            for position in self.positions.get(partner.pk, [])
        )

    def says(self, partner: Partner, since: Iterable[tuple[int, datetime | None]]) -> str | None:
        """Return the strongest of SHOWN that the partner said of these (hash, since when)."""
        said = {
            feedback.value
            for hash_id, moment in since
            if (feedback := self.feedback.get((partner.pk, hash_id)))
            and moment is not None
            and feedback.updated_at >= moment
        }
        return next((value for value in reversed(SHOWN) if value in said), None)


def forgettable_hashes(*, told_before: datetime) -> list[int]:
    """Return the ids of Deleted hashes that no partner needs to hear of any more.

    Every stream of every active partner has passed the tombstone, or it was published before
    `told_before`: a partner that stays away that long has to begin anew.
    """
    slowest = FeedPosition.objects.filter(partner__active=True).aggregate(passed=Min("passed_seq"))[
        "passed"
    ]
    deleted = Hash.objects.filter(state=State.DELETED)
    heard = Q(published_at__lt=told_before) | Q(seq__isnull=True)
    if slowest is None:
        heard = Q()
    else:
        heard |= Q(seq__lte=slowest)
    shown = Q(published_state=State.DELETED) | Q(seq__isnull=True)
    return list(deleted.filter(heard, shown).values_list("pk", flat=True))


def readers(hash_ids: Iterable[int]) -> Readers:
    """Return the active partners, how far each has read, and what they say of these hashes."""
    positions: dict[int, list[FeedPosition]] = {}
    for position in FeedPosition.objects.filter(partner__active=True):
        positions.setdefault(position.partner_id, []).append(position)
    said = Feedback.objects.filter(hash__in=hash_ids, partner__active=True, value__in=SHOWN)
    return Readers(
        list(Partner.objects.filter(active=True)),
        positions,
        {(feedback.partner_id, feedback.hash_id): feedback for feedback in said},
    )
