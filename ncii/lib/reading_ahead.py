"""Threads that ask the database while their owner does something else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def reading_ahead() -> Iterator[ThreadPoolExecutor]:
    """Lend threads that ask the database: on PostgreSQL two, elsewhere one.

    The first asks by this thread's connection: while anything that was submitted is not done, leave
    that alone. The second opens one of its own, at its first task, so a transaction of this
    thread's is unknown to it; it is closed in the end.
    """
    ours = connections[DEFAULT_DB_ALIAS]
    lent: list[BaseDatabaseWrapper] = []
    lending = Lock()

    def take_one() -> None:
        with lending:
            if not lent:
                connections[DEFAULT_DB_ALIAS] = ours
            lent.append(connections[DEFAULT_DB_ALIAS])
            lent[-1].inc_thread_sharing()

    most = 2 if ours.vendor == "postgresql" else 1
    readers = ThreadPoolExecutor(max_workers=most, initializer=take_one)
    try:
        yield readers
    finally:
        readers.shutdown(cancel_futures=True)
        for each in lent:
            if each is not ours:
                each.close()
            each.dec_thread_sharing()
