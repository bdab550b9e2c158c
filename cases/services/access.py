"""Opening a case with its number and PIN.

Unknown number, wrong PIN and a case that is slowed down take the same work and give the same
answer. A try is taken before the PIN is looked at, by one conditional update, so any number of
parallel guesses gets no more tries than one after the other. Tries are counted per lane
(ncii.lib.lanes), so that somebody who knows the number and guesses does not keep the owner out.
"""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone

from cases.models import Case, Decoy, FailedTries
from cases.numbers import normalise
from cases.services.secrets import decoy_verifier, indexes, is_current, seal, verify

FREE_TRIES = 4
LONGEST_WAIT = timedelta(hours=1)
_DECOYS = 16


def enter_case(number: str, pin: str, lane: int = 0) -> Case | None:
    """Return the case that number and PIN open; None, without saying why, otherwise."""
    symbols = normalise(number) or ""
    case = Case.objects.filter(number_index__in=indexes(symbols)).first()
    if case is None or not _take_try(case, lane):
        _touch_decoy()
        verify(symbols, pin, decoy_verifier(), "")
        return None
    if not verify(symbols, pin, case.verifier, case.pin_key_id):
        return None
    FailedTries.objects.filter(case=case, lane=lane).delete()
    if not is_current(case.index_key_id, case.pin_key_id):
        Case.objects.filter(pk=case.pk).update(**vars(seal(symbols, pin)))
    return case


def wait_after(failures: int) -> timedelta:
    """Return how long a case waits after that many failures: doubling, at most an hour."""
    over = failures - FREE_TRIES
    if over < 0:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(over, 12)), LONGEST_WAIT)


def _take_try(case: Case, lane: int) -> bool:
    """Count a failure in advance; False if the lane has to wait. One commit at the most.

    Who is overtaken by another try looks again: the same form sent twice at once is no guess.
    """
    tries = FailedTries.objects.filter(case=case, lane=lane)
    for _ in range(FREE_TRIES + 1):
        before, now = tries.first(), timezone.now()
        if before is not None and before.next_try_at > now:
            return False
        if _count(case, lane, before, now):
            return True
    return False


def _count(case: Case, lane: int, before: FailedTries | None, now: datetime) -> bool:
    """Count one more than `before`; False if it is no longer so."""
    if before is None:
        try:
            FailedTries.objects.create(case=case, lane=lane, next_try_at=now)
        except IntegrityError:
            return False
        return True
    same = FailedTries.objects.filter(pk=before.pk, count=before.count)
    wait = wait_after(before.count + 1)
    return same.update(count=F("count") + 1, next_try_at=now + wait) == 1


def _touch_decoy() -> None:
    """Cost what the update of a case costs, commit and all."""
    pk = secrets.randbelow(_DECOYS) + 1
    if not Decoy.objects.filter(pk=pk).update(touched=(F("touched") + 1) % 1000):
        Decoy.objects.get_or_create(pk=pk)
