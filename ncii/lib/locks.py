"""One at a time, across processes and machines."""

from collections.abc import Iterator
from contextlib import contextmanager

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
    SQLite: there is always a seat, since transactions wait for each other anyway.
    """
    if connection.vendor != "postgresql":
        yield True
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
