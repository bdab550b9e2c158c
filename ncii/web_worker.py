"""gunicorn's worker, with an end to its patience: who sends a request slowly holds a thread."""

import selectors
import socket
import time
from functools import partial
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
    """A thread worker that reads each request, head and body, in WEB_READ_SECONDS or not at all.

    A connection that says nothing is closed after as long.
    """

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End what has begun; answer those who wait for news at once, with none."""
        ending.asked.set()
        super().handle_exit(sig, frame)

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, which gets a thread once it has said something.

        Browsers open connections ahead, and say nothing on most: gunicorn gives each a thread for
        five seconds, so that two people's browsers could keep a third waiting.
        """
        try:
            wire, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        conn = TConn(self.cfg, wire, address, listener.getsockname())
        conn.timeout = time.monotonic() + _read_seconds()
        self.pending_conns.append(conn)
        said = partial(self.on_pending_socket_readable, conn)
        self.poller.register(wire, selectors.EVENT_READ, said)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Let silent connections make room soon where no more are taken: it is full, or it ends."""
        super().set_accept_enabled(enabled)
        if not enabled:
            soon = time.monotonic() + self.cfg.keepalive
            for conn in self.pending_conns:
                conn.timeout = min(conn.timeout, soon)

    def handle(self, conn: TConn) -> Any:
        """Begin the time of the request that is about to be read."""
        if not isinstance(conn.sock, BoundedSocket):
            conn.sock = BoundedSocket(conn.sock)
        conn.sock.begin(_read_seconds())
        return super().handle(conn)


def _read_seconds() -> float:
    return float(env.float("WEB_READ_SECONDS", default=30.0))
