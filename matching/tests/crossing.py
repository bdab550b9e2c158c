"""Two transactions that meet: one is let run until it waits for what the other holds.

Only PostgreSQL locks rows; SQLite has one writer at a time.
"""

import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import pytest
from django.db import connection, connections

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time"
)
T = TypeVar("T")


class Side(Generic[T]):
    """Work that goes on in a thread and connection of its own."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work, self._found, self._thread = work, [], threading.Thread(target=self._run)
        self._thread.start()

    _found: list[T | BaseException]

    def _run(self) -> None:
        try:
            self._found.append(self._work())
        except BaseException as error:  # noqa: BLE001 - whatever it is, `end` raises it
            self._found.append(error)
        finally:
            connections.close_all()

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return not self._thread.is_alive()

    def end(self) -> T:
        """Wait for its end; return what it returned or raise what it raised."""
        self._thread.join()
        (found,) = self._found
        if isinstance(found, BaseException):
            raise found
        return found


def until_waiting(*sides: Side[Any]) -> None:
    """Return when each of them waits for a lock, or is over."""
    while waiting() < sum(not side.ended for side in sides):
        time.sleep(0.01)


def waiting() -> int:
    """Return how many connections wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
        return int(cursor.fetchone()[0])
