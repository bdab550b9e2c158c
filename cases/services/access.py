"""Opening a case with its number and PIN.

Unknown number, wrong PIN and a case that is slowed down take the same work and give the same
answer. A try is taken from the case before the PIN is looked at, by one conditional update, so
any number of parallel guesses gets no more tries than one after the other.
"""

import secrets
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from cases.models import Case, Decoy
from cases.numbers import normalise
from cases.services.secrets import decoy_verifier, indexes, is_current, seal, verify

FREE_TRIES = 4
LONGEST_WAIT = timedelta(hours=1)
_DECOYS = 16


def enter_case(number: str, pin: str) -> Case | None:
    """Return the case that number and PIN open; None, without saying why, otherwise."""
    symbols = normalise(number) or ""
    case = Case.objects.filter(number_index__in=indexes(symbols)).first()
    if case is None or not _take_try(case):
        _touch_decoy()
        verify(symbols, pin, decoy_verifier(), "")
        return None
    if not verify(symbols, pin, case.verifier, case.pin_key_id):
        return None
    _settle(case, symbols, pin)
    return case


def wait_after(failures: int) -> timedelta:
    """Return how long a case waits after that many failures: doubling, at most an hour."""
    over = failures - FREE_TRIES
    if over < 0:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(over, 12)), LONGEST_WAIT)


def _take_try(case: Case) -> bool:
    now: datetime = timezone.now()
    free = Q(next_try_at__isnull=True) | Q(next_try_at__lte=now)
    taken = Case.objects.filter(free, pk=case.pk, failures=case.failures).update(
        failures=F("failures") + 1, next_try_at=now + wait_after(case.failures + 1)
    )
    return taken == 1


def _settle(case: Case, symbols: str, pin: str) -> None:
    case.failures, case.next_try_at = 0, None
    fields = ["failures", "next_try_at"]
    if not is_current(case.index_key_id, case.pin_key_id):
        sealed = seal(symbols, pin)
        for name, value in vars(sealed).items():
            setattr(case, name, value)
            fields.append(name)
    case.save(update_fields=fields)


def _touch_decoy() -> None:
    """Cost what the update of a case costs, commit and all."""
    pk = secrets.randbelow(_DECOYS) + 1
    if not Decoy.objects.filter(pk=pk).update(touched=(F("touched") + 1) % 1000):
        Decoy.objects.get_or_create(pk=pk)
