"""What our web process does that gunicorn's own does not."""

import selectors
import signal
import socket
from collections import deque
from collections.abc import Iterator

import pytest
from gunicorn.config import Config

from ncii.lib import ending
from ncii.web_worker import BoundedWorker

pytestmark = pytest.mark.stateless


def test_the_signal_reaches_who_waits(monkeypatch) -> None:
    monkeypatch.setattr(ending, "asked", type(ending.asked)())
    worker = BoundedWorker.__new__(BoundedWorker)
    worker.alive = False
    worker.handle_exit(signal.SIGTERM, None)
    assert ending.asked.is_set()


@pytest.fixture
def worker() -> Iterator[BoundedWorker]:
    """One that takes connections, and has no threads: what it would begin lies in `begun`."""
    made = BoundedWorker.__new__(BoundedWorker)
    made.cfg, made.nr_conns, made.pending_conns = Config(), 0, deque()
    made.poller, made.sockets, made._accepting = selectors.DefaultSelector(), [], False
    made.begun = []
    made.enqueue_req = made.begun.append
    with made.poller, socket.create_server(("127.0.0.1", 0)) as listener:
        made.sockets = [listener]
        made.set_accept_enabled(True)
        yield made
        for conn in (*made.begun, *made.pending_conns):
            conn.close()


def connection(worker: BoundedWorker) -> socket.socket:
    wire = socket.create_connection(worker.sockets[0].getsockname())
    worker.wait_for_and_dispatch_events(timeout=60)
    return wire


def test_a_connection_gets_a_thread_once_it_has_said_something(worker: BoundedWorker) -> None:
    with connection(worker) as silent, connection(worker) as speaking:
        speaking.sendall(b"GET")
        worker.wait_for_and_dispatch_events(timeout=60)
        assert [conn.client for conn in worker.begun] == [speaking.getsockname()]
        assert [conn.client for conn in worker.pending_conns] == [silent.getsockname()]


def test_where_no_more_are_taken_the_silent_make_room_soon(worker: BoundedWorker) -> None:
    with connection(worker):
        (conn,) = worker.pending_conns
        patience = conn.timeout
        worker.set_accept_enabled(False)
        assert conn.timeout < patience
