"""Hashes that platforms contribute: claims like those of cases, with the same rules.

A contribution is withdrawn by the feedback Withdrawn or Deleted of the partner that made it; the
hash stays while anybody else claims it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from hashes.models import Hash, Source, Variant
from hashes.services import SignalClaim, delete_claims, make_claims, withdraw_claims
from ncii.ledger.models import Kind
from ncii.ledger.services import note
from ncii.lib.days import today
from partners.models import Contribution, FeedbackValue, Partner
from partners.services import Said, record_feedbacks

PURGED_AT_ONCE = 500
GIVEN_UP = (FeedbackValue.WITHDRAWN, FeedbackValue.DELETED)


@dataclass(frozen=True)
class Contributed:
    """A signal that a platform wants in the bank. `said` is its feedback on it, if any."""

    signal: str
    value: str
    quality: int | None = None
    said: Said | None = None


@transaction.atomic
def contribute(partner: Partner, wanted: Sequence[Contributed]) -> list[Hash]:
    """Claim these hashes for the partner, once each, and record what it says of them.

    Returns the hashes in the order given. Raises hashes.signal_types.SignalError, and writes
    nothing then.
    """
    # Two requests of one partner must not both find that it holds no claim on a hash yet.
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    held = {(each.signal, each.value): each for each in _held(partner, wanted)}
    new = [each for each in wanted if (each.signal, each.value) not in held]
    claims = make_claims(
        [SignalClaim(n.signal, n.value, Variant.ORIGINAL, n.quality) for n in new],
        source=Source.PARTNER,
        on=today(),
    )
    Contribution.objects.bulk_create(Contribution(partner=partner, claim=c) for c in claims)
    held |= {(claim.hash.signal, claim.hash.value): claim.hash for claim in claims}
    hashes = [held[each.signal, each.value] for each in wanted]
    said = {h.pk: each.said for h, each in zip(hashes, wanted, strict=True) if each.said}
    if said:
        record_feedbacks(partner, said)
    return hashes


def _held(partner: Partner, wanted: Iterable[Contributed]) -> Iterable[Hash]:
    return Hash.objects.filter(
        value__in=[each.value for each in wanted],
        claims__contribution__partner=partner,
        claims__withdrawn_on__isnull=True,
    )


def give_up(partner: Partner, held_ids: Iterable[int]) -> None:
    """Withdraw the partner's contributions of these hashes. Runs in the caller's transaction."""
    given_up = Contribution.objects.filter(
        partner=partner, claim__hash__in=list(held_ids), claim__withdrawn_on__isnull=True
    ).select_related("claim")
    withdraw_contributions(given_up, on=today())


def withdraw_contributions(contributions: Iterable[Contribution], *, on: date) -> None:
    """Withdraw contributions, and note it in the ledger. Runs in the caller's transaction."""
    contributions = list(contributions)
    withdraw_claims([each.claim for each in contributions], on=on)
    note(Kind.CONTRIBUTION_WITHDRAWN, [each.ledger_id for each in contributions], on)


def purge_withdrawn(*, withdrawn_before: date, on: date) -> int:
    """Delete every contribution withdrawn before that day, as cases are; return how many.

    Their claims go with them; hashes that nobody else has claimed become Deleted.
    """
    purged = 0
    while count := _purge_some(withdrawn_before, on):
        purged += count
    return purged


@transaction.atomic
def _purge_some(withdrawn_before: date, on: date) -> int:
    old = Contribution.objects.filter(claim__withdrawn_on__lt=withdrawn_before)
    rows = old.select_related("claim").order_by("pk")[:PURGED_AT_ONCE]
    claims = [row.claim for row in rows]
    delete_claims(claims, on=on)
    return len(claims)
