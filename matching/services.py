"""What platforms report: matches, and their verdicts on hashes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from hashes.models import Hash
from hashes.services import lock_hashes
from matching.models import Action, Dispute, MatchReport, Reason
from matching.review.models import Kind
from matching.review.rules import hear_disputes
from matching.review.services import open_items
from partners.contributions import GIVEN_UP, give_up
from partners.models import Feedback, FeedbackValue, Partner
from partners.services import Said, record_feedback, record_feedbacks

# A platform that has taken the content away has judged it.
_JUDGED = (Action.BLOCKED, Action.REMOVED)
_SAID_MORE = (FeedbackValue.BLOCKED, FeedbackValue.NOT_BLOCKED)


@dataclass(frozen=True)
class Match:
    """A match as the platform found it. `distance` in bits; `reference` is the platform's own."""

    distance: int
    matched_at: datetime
    action: Action
    reference: str = ""


@transaction.atomic
def report_match(partner: Partner, held: Hash, match: Match) -> MatchReport:
    """Keep the report, and make the partner's feedback on the hash say at least that much.

    Raises Hash.DoesNotExist for a hash that was erased meanwhile.
    """
    _lock(held)
    report = MatchReport.objects.create(
        partner=partner,
        hash=held,
        distance=match.distance,
        matched_at=match.matched_at,
        reference=match.reference,
        action=match.action,
        received_at=timezone.now(),
    )
    before = Feedback.objects.filter(partner=partner, hash=held).first()
    tags = before.tags if before else []
    record_feedback(partner, held, _value_after(match.action, before), tags)
    open_items(partner, [held.pk], Kind.MATCH)
    return report


def _value_after(action: Action, before: Feedback | None) -> FeedbackValue:
    if action in _JUDGED:
        return FeedbackValue.BLOCKED
    if before is not None and before.value in _SAID_MORE:
        return FeedbackValue(before.value)
    return FeedbackValue.PENDING_REVIEW


@transaction.atomic
def record_verdicts(partner: Partner, said: Mapping[int, Said]) -> frozenset[int]:
    """Record what the partner says of hashes (by id); return of which: what was erased meanwhile
    is left out.

    Withdrawn and Deleted also take back what the partner itself contributed.
    """
    there = lock_hashes(said)
    said = {pk: what for pk, what in said.items() if pk in there}
    given_up = [held_id for held_id, what in said.items() if what.value in GIVEN_UP]
    if given_up:
        give_up(partner, given_up)
    disputed = {pk for pk, what in said.items() if what.value == FeedbackValue.NOT_BLOCKED}
    old = Feedback.objects.filter(
        partner=partner, hash__in=disputed, value=FeedbackValue.NOT_BLOCKED
    )
    disputed -= set(old.values_list("hash_id", flat=True))
    record_feedbacks(partner, said)
    hear_disputes(partner, disputed)
    return frozenset(said)


@transaction.atomic
def dispute(partner: Partner, held: Hash, reason: Reason, note: str = "") -> Dispute:
    """Keep the partner's appeal against the hash; it counts as its verdict NotBlocked.

    Unlike the verdict said again, an appeal said again opens what staff have decided once more.
    Raises Hash.DoesNotExist for a hash that was erased meanwhile.
    """
    _lock(held)
    row = Dispute.objects.create(
        partner=partner, hash=held, reason=reason, note=note, at=timezone.now()
    )
    before = Feedback.objects.filter(partner=partner, hash=held).first()
    record_feedback(partner, held, FeedbackValue.NOT_BLOCKED, before.tags if before else ())
    hear_disputes(partner, [held.pk])
    return row


def _lock(held: Hash) -> None:
    if not lock_hashes([held.pk]):
        raise Hash.DoesNotExist
