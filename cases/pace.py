"""How fast cases come in: from one address, and altogether.

An address is known by a keyed digest that is another one every day, and only in Redis, or in this
process's memory where there is no Redis, for an hour. It is never in the database, whose backups
last.
"""

import time
from dataclasses import dataclass

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest

from ncii.lib.lanes import address_digest
from ncii.lib.rate_limits import Limit, MemoryCounter, Use, redis_counter

AN_HOUR = 3600
WINDOW = 600
_UNLIMITED = 10**9
_memory = MemoryCounter()
log = structlog.get_logger("cases.pace")


@dataclass(frozen=True)
class Pace:
    """The pace of one caller and of everybody. Nothing of the caller outlives the request."""

    caller: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Pace":
        """Return the pace that a request is held to."""
        return cls(address_digest(request, "intake"))

    def may_open(self) -> bool:
        """Say whether this address may open one more case in this hour, without counting it."""
        return self._use(0).remaining > 0

    def take(self) -> bool:
        """Count a case; False, and nothing counted, if this address has had its share."""
        if not self._use(1).allowed:
            return False
        _count(f"intake:{_window()}", Limit(_UNLIMITED, 2 * WINDOW), 1)
        return True

    def _use(self, cost: int) -> Use:
        return _count(f"intake:{self.caller}", Limit(settings.INTAKE_PER_HOUR, AN_HOUR), cost)


def recent_cases() -> int:
    """Return how many cases came in the last ten minutes of the clock or the ten before, whichever
    had more: so that a flood does not look calm each time that a window begins.
    """
    limit = Limit(_UNLIMITED, 2 * WINDOW)
    now = _window()
    uses = (_count(f"intake:{window}", limit, 0) for window in (now, now - 1))
    return max(_UNLIMITED - use.remaining for use in uses)


def forget() -> None:
    """Forget what this process has counted by itself."""
    _memory.clear()


def _window() -> int:
    return int(time.time()) // WINDOW


def _count(name: str, limit: Limit, cost: int) -> Use:
    if settings.REDIS_URL:
        try:
            return redis_counter(settings.REDIS_URL).use(name, limit, cost)
        except redis.RedisError as error:
            log.warning("rate_store_away", error=type(error).__name__)
    return _memory.use(name, limit, cost)
