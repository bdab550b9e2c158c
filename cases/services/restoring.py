"""After an older copy of the database was put back: what was taken back since goes again."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from cases.models import Case
from cases.services.withdrawal import withdraw_case
from hashes.services import purge_again
from ncii.ledger.models import Kind
from partners.contributions import withdraw_contributions
from partners.models import ApiKey, Contribution
from partners.services import revoke_key


def replay(entries: Iterable[tuple[Kind, str, date]]) -> dict[Kind, int]:
    """Withdraw and revoke these again; return how many of each kind had come back to life.

    Idempotent. What the database does not hold was made after its backup, and is gone anyway.
    """
    again = {
        Kind.CASE_WITHDRAWN: _withdraw_case,
        Kind.CONTRIBUTION_WITHDRAWN: _withdraw_contribution,
        Kind.KEY_REVOKED: _revoke_key,
    }
    made_again = dict.fromkeys(again, 0)
    for kind, ref, on in entries:
        if kind in again:
            made_again[kind] += again[kind](ref, on)
    return made_again


@transaction.atomic
def erase_again(entries: Iterable[tuple[Kind, str, date]]) -> int:
    """Erase the hashes that staff had erased; return how many had come back.

    Comes after `replay`, and after what that withdrew is published. Idempotent.
    """
    names = frozenset(ref for kind, ref, _ in entries if kind == Kind.HASH_ERASED)
    return purge_again(names) if names else 0


def _withdraw_case(ref: str, on: date) -> bool:
    case = Case.objects.filter(ledger_id=UUID(ref), withdrawn_on__isnull=True).first()
    if case is not None:
        withdraw_case(case, on)
    return case is not None


@transaction.atomic
def _withdraw_contribution(ref: str, on: date) -> bool:
    found = Contribution.objects.filter(ledger_id=UUID(ref), claim__withdrawn_on__isnull=True)
    alive = list(found.select_related("claim"))
    withdraw_contributions(alive, on=on)
    return bool(alive)


def _revoke_key(ref: str, on: date) -> bool:
    key = ApiKey.objects.filter(public_id=ref, revoked_at__isnull=True).first()
    if key is not None:
        revoke_key(key)
    return key is not None
