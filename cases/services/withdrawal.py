"""Withdrawing a case, whole and for good."""

from datetime import date

from django.db import transaction

from cases.models import Case
from hashes.models import Claim
from hashes.services import withdraw_claims
from ncii.ledger.models import Kind
from ncii.ledger.services import note
from ncii.lib.days import today


def withdraw_case(case: Case, on: date | None = None) -> Case:
    """Withdraw every claim of the case; return the case as it is now. Idempotent.

    `on` is the day of a withdrawal that is made again; otherwise it is today.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        if case.withdrawn_on is None:
            case.withdrawn_on = on or today()
            case.save(update_fields=["withdrawn_on"])
            claims = Claim.objects.filter(pk__in=case.files.values("claims"))
            withdraw_claims(claims, on=case.withdrawn_on)
            note(Kind.CASE_WITHDRAWN, [case.ledger_id], case.withdrawn_on)
    return case
