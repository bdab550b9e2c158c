"""Reads of what partners have and say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hashes.models import Hash
from partners.models import Feedback, FeedbackValue, FeedPosition, Partner

# What a platform can say that means something to a person, weakest first.
SHOWN = (FeedbackValue.PENDING_REVIEW, FeedbackValue.NOT_BLOCKED, FeedbackValue.BLOCKED)


@dataclass(frozen=True)
class Readers:
    """How far each active partner has read."""

    partners: list[Partner]
    positions: dict[int, list[FeedPosition]]

    def has_read(self, partner: Partner, held: Hash, seq: int | None) -> bool:
        """Say whether the partner was handed the feed up to `seq`, with this hash in it."""
        if seq is None:
            return False
        return any(
            position.served_seq >= seq
            and position.signal in ("", held.signal)
            and position.confidence in ("", held.confidence)
            for position in self.positions.get(partner.pk, [])
        )


def readers() -> Readers:
    """Return the active partners and how far each has read."""
    positions: dict[int, list[FeedPosition]] = {}
    for position in FeedPosition.objects.filter(partner__active=True):
        positions.setdefault(position.partner_id, []).append(position)
    return Readers(list(Partner.objects.filter(active=True)), positions)


def shown_feedback(
    partner: Partner, since: Iterable[tuple[int, datetime | None]]
) -> FeedbackValue | None:
    """Return the strongest thing the partner said of these hashes after each one's moment."""
    moments = dict(since)
    said = {
        feedback.value
        for feedback in Feedback.objects.filter(partner=partner, hash__in=moments, value__in=SHOWN)
        if (moment := moments[feedback.hash_id]) is not None and feedback.updated_at >= moment
    }
    return next((value for value in reversed(SHOWN) if value in said), None)
