"""Exact rate limits: how often something may be done in a window that its first use opens.

Counting and deciding are one step, so that no burst, however concurrent, passes the limit. In
Redis that step is a script; elsewhere the caller brings a counter of its own (partners.rates has
one in the database), or counts in this process's memory.
"""

import time
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock, Timer
from typing import Protocol

from ncii.lib.redis_client import hurried_client

# Takes uses if as many are left. Returns uses so far and milliseconds until the window ends.
_SCRIPT = """
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
local allowed = 0
local cost = tonumber(ARGV[3])
if used + cost <= tonumber(ARGV[1]) then
  redis.call('INCRBY', KEYS[1], cost)
  allowed = 1
  if used == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  used = used + cost
end
return {allowed, used, redis.call('PTTL', KEYS[1])}
"""


@dataclass(frozen=True)
class Limit:
    """At most `uses` in `seconds`."""

    uses: int
    seconds: int


@dataclass(frozen=True)
class Use:
    """What came of one use: `remaining` in this window, which ends in `reset` seconds."""

    allowed: bool
    limit: Limit
    remaining: int
    reset: int


class Counter(Protocol):
    """Counts uses by name."""

    def use(self, name: str, limit: Limit, cost: int = 1) -> Use:
        """Take `cost` uses, if as many are left."""


class RedisCounter:
    """Counts in Redis, for any number of web nodes. Raises redis.RedisError when it is away."""

    def __init__(self, url: str) -> None:
        self._client = hurried_client(url)
        self._script = self._client.register_script(_SCRIPT)

    def use(self, name: str, limit: Limit, cost: int = 1) -> Use:
        """Take `cost` uses, if as many are left."""
        allowed, used, left = self._script(
            keys=[f"rate:{name}"], args=[limit.uses, limit.seconds * 1000, cost]
        )
        return Use(bool(allowed), limit, limit.uses - int(used), -(-max(0, int(left)) // 1000))


class MemoryCounter:
    """Counts in this process alone, and writes nothing down: for names that must not last.

    What is counted is forgotten when its window ends, also when nobody asks any more.
    """

    def __init__(self) -> None:
        self._used: dict[str, tuple[int, float]] = {}
        self._lock = Lock()

    def use(self, name: str, limit: Limit, cost: int = 1) -> Use:
        """Take `cost` uses, if as many are left."""
        with self._lock:
            now = time.monotonic()
            used, ends = self._used.get(name, (0, 0.0))
            if ends <= now:
                used, ends = 0, now + limit.seconds
                self._forget_after(name, limit.seconds)
            allowed = used + cost <= limit.uses
            used += cost if allowed else 0
            self._used[name] = used, ends
            return Use(allowed, limit, limit.uses - used, int(-(-(ends - now) // 1)))

    def held(self) -> list[str]:
        """Return the names that are in memory now."""
        with self._lock:
            return list(self._used)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._used.clear()

    def _forget_after(self, name: str, seconds: float) -> None:
        timer = Timer(seconds, self._forget, [name])
        timer.daemon = True
        timer.start()

    def _forget(self, name: str) -> None:
        with self._lock:
            _, ends = self._used.get(name, (0, 0.0))
            if ends <= time.monotonic():
                self._used.pop(name, None)


@lru_cache(maxsize=4)
def redis_counter(url: str) -> RedisCounter:
    """Return this process's counter at that address."""
    return RedisCounter(url)
