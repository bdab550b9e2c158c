"""Which of a few lanes a request comes in by.

Limits that slow guessing must not let whoever guesses keep the owner out. So a limit is kept
per lane, and a lane follows from the address: four bits of its digest, under a key that changes
every day. That is far too little to tell anyone by, and enough that an attacker at one address
blocks one lane in sixteen.
"""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

from ncii.lib.days import today
from ncii.lib.keyring import Keyring

LANES = 16


def lane_of(request: HttpRequest) -> int:
    """Return the request's lane today, 0 to 15. Nothing of the address is kept."""
    address = _network(client_address(request))
    digest = Keyring.parse(settings.CASE_INDEX_KEYS).digest("lane", today().isoformat(), address)
    return int(digest[:8], 16) % LANES


def address_digest(request: HttpRequest, purpose: str) -> str:
    """Return 128 bits, as hexadecimal digits, that stand for the caller's address until midnight.

    Unlike a lane they do tell callers apart, so they belong in memory that forgets, for an hour.
    """
    address = _network(client_address(request))
    ring = Keyring.parse(settings.CASE_INDEX_KEYS)
    return ring.digest(purpose, today().isoformat(), address)[:32]


def client_address(request: HttpRequest) -> str:
    """Return who asks. It may be compared with a list, and never kept."""
    if settings.BEHIND_PROXY:
        # Our own proxy appends what it saw; everything to the left is the client's own word.
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _network(address: str) -> str:
    """One customer's IPv6 addresses share their first 64 bits."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
