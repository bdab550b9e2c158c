"""Several who begin together, each in a thread and connection of their own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def at_once(*work: Callable[[], T]) -> list[T]:
    """Let them begin together; return what each gave, first the one who was first.

    Every one must end well.
    """
    start, given = Barrier(len(work)), []

    def run(one: Callable[[], T]) -> None:
        start.wait()
        try:
            given.append(one())
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == len(work)
    return given
