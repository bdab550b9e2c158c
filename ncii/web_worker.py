"""gunicorn's worker, with an end to its patience: who sends a request slowly holds a thread."""

import socket
import time
from types import FrameType
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from ncii.env import env
from ncii.lib import ending


class BoundedSocket:
    """A connection that hangs up, as far as its reader can tell, when the time for a request ends.

    All but `recv` is the socket's own.
    """

    def __init__(self, wire: socket.socket) -> None:
        self._wire = wire
        self._end = 0.0

    def __getattr__(self, name: str) -> Any:
        """Give what the socket has."""
        return getattr(self._wire, name)

    def begin(self, seconds: float) -> None:
        """Let a request arrive within that time from now."""
        self._end = time.monotonic() + seconds

    def recv(self, size: int, *flags: int) -> bytes:
        """Return what has come; nothing when the time is over, as after the other side has gone."""
        left = self._end - time.monotonic()
        if left <= 0:
            return b""
        self._wire.settimeout(left)
        try:
            return self._wire.recv(size, *flags)
        except TimeoutError:
            return b""
        finally:
            self._wire.settimeout(None)


class BoundedWorker(ThreadWorker):
    """A thread worker that reads each request, head and body, in WEB_READ_SECONDS or not at all."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End what has begun; answer those who wait for news at once, with none."""
        ending.asked.set()
        super().handle_exit(sig, frame)

    def handle(self, conn: TConn) -> Any:
        """Begin the time of the request that is about to be read."""
        if not isinstance(conn.sock, BoundedSocket):
            conn.sock = BoundedSocket(conn.sock)
        conn.sock.begin(env.float("WEB_READ_SECONDS", default=30.0))
        return super().handle(conn)
