"""Something that the product leans on is away: the database, or Redis."""

from typing import Final

import redis
from django.db import InterfaceError, OperationalError

RETRY_AFTER: Final = 10  # seconds until it is worth trying again


def is_away(error: BaseException | None) -> bool:
    """Say whether the error, or what it came from, means that a server or its disk is not there.

    Who asked did nothing wrong, and the same request will do later (RFC 9110, 15.6.4).
    """
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError | redis.RedisError):
            return True
        error = error.__cause__
    return False
