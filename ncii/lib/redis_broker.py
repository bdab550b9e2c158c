"""Celery's broker in Redis, for a worker that outlives it.

When Redis dies, Celery closes its connection twice. If the first time ends half way, a channel is
left that can't tell any more where it led to. To give back what nobody has acknowledged, or to
acknowledge it, then raises AttributeError, which ends the worker, where a lost connection would
only make it connect again.
"""

from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError


class Channel(redis.Channel):
    """A channel that says so when its connection has been given up."""

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if self.connection is None or self.connection.client is None:
            raise ConnectionError("This channel's connection has been given up.")
        # What celery-types knows of the channel ends here.
        parameters: dict[str, Any] = super()._connparams(asynchronous)  # type: ignore[misc]
        return parameters


class Transport(redis.Transport):
    """What `CELERY_BROKER_TRANSPORT` names for `BROKER_URL=redis://…` and `rediss://…`."""

    Channel = Channel
