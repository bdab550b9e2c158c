"""One at a time, across processes and machines."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection, transaction

PATIENCE = "10s"


def transaction_lock(name: int) -> bool:
    """Wait for an advisory lock that lasts until this transaction ends; False after 10 s.

    PostgreSQL: pg_advisory_xact_lock. SQLite: a transaction is begun IMMEDIATE (settings), so
    whoever is inside one is alone already.
    """
    if connection.vendor != "postgresql":
        return True
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])
            cursor.execute("SET LOCAL lock_timeout = 0")
    except OperationalError:
        return False
    return True


@contextmanager
def seat(name: int) -> Iterator[bool]:
    """Take a seat that only one can have, without waiting; False if somebody sits there.

    PostgreSQL: an advisory lock of the session, gone with the connection of whoever is killed.
    SQLite: a lock on a file beside the rest of our state, gone with the process.
    """
    if connection.vendor != "postgresql":
        with file_lock(settings.VAR_DIR / f"seat-{name:x}") as mine:
            yield mine
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [name])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [name])


@contextmanager
def file_lock(path: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold a lock on a file, made where it is not; False, or with `wait` later, if another has it.

    One machine's processes know of it, and a killed one lets go. Raises OSError where the file can't
    be opened.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _taken(file, wait=wait)
    finally:
        os.close(file)


def _taken(file: int, *, wait: bool) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True
