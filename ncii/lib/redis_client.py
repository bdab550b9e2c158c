"""The client of Redis for what a person waits behind."""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


def hurried_client(url: str) -> redis.Redis:
    """Return a client that gives up within seconds. Its calls raise redis.RedisError."""
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=1,
        socket_timeout=1,
        health_check_interval=30,
        # Once more at once, for a connection that was closed meanwhile; the library's own would
        # hold a person for up to seven seconds while Redis is away.
        retry=Retry(NoBackoff(), 1),
    )
