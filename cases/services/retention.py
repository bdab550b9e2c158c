"""Withdrawn becomes deleted: after a while the case itself is taken away; failed tries sooner."""

from datetime import date, datetime

from django.db import transaction

from cases.models import Case, FailedTries
from hashes.models import Claim
from hashes.services import delete_claims


def purge_withdrawn(*, withdrawn_before: date, on: date) -> int:
    """Delete every case withdrawn before that day, each in a transaction of its own.

    Returns how many. Their claims go with them; hashes that nobody else has claimed become
    Deleted. Case number and PIN then open nothing.
    """
    due = Case.objects.filter(withdrawn_on__lt=withdrawn_before).values_list("pk", flat=True)
    return sum(_purge(pk, on) for pk in list(due))


def forget_tries(*, before: datetime) -> int:
    """Forget the failed tries of every lane that could try again before that moment; return of how
    many. They say when somebody came, and lanes are others every day (ncii.lib.lanes).
    """
    return FailedTries.objects.filter(next_try_at__lt=before).delete()[0]


@transaction.atomic
def _purge(pk: int, on: date) -> int:
    case = Case.objects.select_for_update().filter(pk=pk).first()
    if case is None:
        return 0
    claims = list(Claim.objects.filter(pk__in=case.files.values("claims")))
    case.delete()
    delete_claims(claims, on=on)
    return 1
