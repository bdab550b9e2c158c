"""Waiting for what another process, thread or browser brings about: for a state, never for a time."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

Found = TypeVar("Found")


def wait_until(
    there: Callable[[], Found], why: str | Callable[[], object] = "", seconds: float = 120
) -> Found:
    """Ask until the answer is true, and return it; fail after that many seconds, and say why.

    Somebody who does not answer (OSError) is not there yet.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(OSError):
            if found := there():
                return found
        time.sleep(0.1)
    raise AssertionError(f"waited in vain: {why() if callable(why) else why}")
