"""One at a time, across processes and machines."""

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
