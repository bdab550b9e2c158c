"""Withdrawn becomes deleted: after a while the case itself is taken away."""

from datetime import date

from django.db import transaction

from cases.models import Case
from hashes.models import Claim
from hashes.services import delete_claims


def purge_withdrawn(*, withdrawn_before: date, on: date) -> int:
    """Delete every case withdrawn before that day, each in a transaction of its own.

    Returns how many. Their claims go with them; hashes that nobody else has claimed become
    Deleted. Case number and PIN then open nothing.
    """
    due = Case.objects.filter(withdrawn_on__lt=withdrawn_before).values_list("pk", flat=True)
    return sum(_purge(pk, on) for pk in list(due))


@transaction.atomic
def _purge(pk: int, on: date) -> int:
    case = Case.objects.select_for_update().filter(pk=pk).first()
    if case is None:
        return 0
    claims = list(Claim.objects.filter(pk__in=case.files.values("claims")))
    case.delete()
    delete_claims(claims, on=on)
    return 1
