"""Guessing staff passwords: ten tries in a quarter of an hour for a name and a lane.

Counted in the audit, which has every refusal anyway. Per lane (ncii.lib.lanes), so that who guesses
does not keep the owner out.
"""

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from ncii.lib.lanes import lane_of
from ncii.staff.models import AuditEntry

REFUSED = "password refused"
UNKNOWN = "unknown"
TRIES = 10
WINDOW = timedelta(minutes=15)


def lane_words(request: HttpRequest) -> str:
    """Return how the audit names where a refusal came from."""
    return f"lane {lane_of(request)}"


def is_held(request: HttpRequest, username: str) -> bool:
    """Say whether no more tries are taken now; names that are no account count together."""
    recent = AuditEntry.objects.filter(
        at__gte=timezone.now() - WINDOW, act=REFUSED, detail=lane_words(request)
    )
    # PostgreSQL takes no null byte, and no account has one.
    name = username.replace("\0", "")
    return recent.filter(who__in=[name, UNKNOWN]).count() >= TRIES
