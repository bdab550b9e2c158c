"""Guessing staff passwords: ten tries in a quarter of an hour for a name and a lane.

Counted in the audit, which has every refusal anyway. Per lane (ncii.lib.lanes), so that who guesses
does not keep the owner out. The name is what was typed, whether or not it is an account's: so the
answer does not tell which are. It stands in the audit as twelve bits of a keyed digest, as what
is typed there may be a password.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.forms import UsernameField
from django.http import HttpRequest
from django.utils import timezone

from ncii.lib.keyring import Keyring
from ncii.lib.lanes import lane_of
from ncii.lib.locks import transaction_lock
from ncii.staff.models import AuditEntry

REFUSED = "password refused"
UNKNOWN = "unknown"
TRIES = 10
# Of all names together: each one is an entry of the audit, which nobody can take away.
TRIES_IN_A_LANE = 40
WINDOW = timedelta(minutes=15)
_LOCK = 0x6E68_7374_6166_0000
_DIGITS = 3


def detail(request: HttpRequest, username: str) -> str:
    """Return how the audit names where a refusal came from, and for which name."""
    digest = Keyring.parse(settings.CASE_INDEX_KEYS).digest("staff name", _as_the_form(username))
    return f"{_lane(request)}, name {digest[:_DIGITS]}"


def is_held(request: HttpRequest, username: str) -> bool:
    """Say whether no more tries are taken now.

    To be asked in the transaction in which the password is looked at: the tries of a lane wait for
    each other in it, so that no burst passes the limit.
    """
    if not transaction_lock(_LOCK + lane_of(request)):
        return True
    recent = AuditEntry.objects.filter(
        at__gte=timezone.now() - WINDOW, act=REFUSED, detail__startswith=f"{_lane(request)},"
    )
    return (
        recent.count() >= TRIES_IN_A_LANE
        or recent.filter(detail=detail(request, username)).count() >= TRIES
    )


def _lane(request: HttpRequest) -> str:
    return f"lane {lane_of(request)}"


def _as_the_form(username: str) -> str:
    """Return the name as Django's login form reads it: " ada" is "ada"."""
    return str(UsernameField().to_python(username) or "")
