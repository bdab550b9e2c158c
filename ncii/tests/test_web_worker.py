"""A web process that is asked to end tells those who wait in it."""

import signal

import pytest

from ncii.lib import ending
from ncii.web_worker import BoundedWorker

pytestmark = pytest.mark.stateless


def test_the_signal_reaches_who_waits(monkeypatch) -> None:
    monkeypatch.setattr(ending, "asked", type(ending.asked)())
    worker = BoundedWorker.__new__(BoundedWorker)
    worker.alive = False
    worker.handle_exit(signal.SIGTERM, None)
    assert ending.asked.is_set()
