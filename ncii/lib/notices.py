"""A notice that stands until somebody takes it down: said once, it need not be said again.

In Redis, where there is one; it holds a name and nothing else. Elsewhere, and while Redis is away,
no notice is ever found standing, so that whoever asks says it once more.
"""

import time
from contextlib import suppress
from functools import lru_cache

import redis
from django.conf import settings

from ncii.lib.redis_client import hurried_client

# A notice whose owner was killed goes by itself.
LASTS_SECONDS = 1
# A process that has found a notice standing takes it for standing so long, without asking.
BELIEVED_SECONDS = 0.2
_found_standing: dict[str, float] = {}


def put_up(name: str) -> bool:
    """Put the notice up; return False if it stands already, or did a moment ago."""
    if not settings.REDIS_URL:
        return True
    if time.monotonic() < _found_standing.get(name, 0) + BELIEVED_SECONDS:
        return False
    asked_at = time.monotonic()
    try:
        is_new = bool(_store().set(_key(name), 1, nx=True, px=1000 * LASTS_SECONDS))
    except redis.RedisError:
        return True
    if not is_new:
        _found_standing[name] = asked_at
    return is_new


def keep_up(name: str) -> None:
    """Put the notice up, or let it stand for LASTS_SECONDS from now."""
    if settings.REDIS_URL:
        with suppress(redis.RedisError):
            _store().set(_key(name), 1, px=1000 * LASTS_SECONDS)


def take_down(name: str) -> None:
    """Take the notice down, and wait until nobody believes any more that it stands."""
    if settings.REDIS_URL:
        with suppress(redis.RedisError):
            _store().delete(_key(name))
        time.sleep(BELIEVED_SECONDS)


def _key(name: str) -> str:
    return f"notice:{name}"


def _store() -> redis.Redis:
    return _client(settings.REDIS_URL)


_client = lru_cache(maxsize=4)(hurried_client)
