"""A thread that asks the database while its owner does something else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections


@contextmanager
def reading_ahead() -> Iterator[ThreadPoolExecutor]:
    """Lend a thread this thread's connection to the database, so that no second one is opened.

    From `submit` to `result()` the connection is the other thread's: leave it alone.
    """
    ours = connections[DEFAULT_DB_ALIAS]

    def borrow() -> None:
        connections[DEFAULT_DB_ALIAS] = ours

    ours.inc_thread_sharing()
    try:
        with ThreadPoolExecutor(max_workers=1, initializer=borrow) as reader:
            yield reader
    finally:
        ours.dec_thread_sharing()
