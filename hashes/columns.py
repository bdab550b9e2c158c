"""Published hashes in bulk: one array of records, where an object a row would cost more than all
else that is done with them.

A record is 64 bytes, as RECORD says. Words (signal, state, confidence) are places in the tuples
below, `at` is the time of publication in microseconds since EPOCH, `variants` is variant_bits, and
`value` is the signal in binary, followed by zeros where it is shorter than the longest.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray

from hashes.models import Confidence, Hash, State
from hashes.signal_types import SIGNAL_TYPES

SIGNALS = tuple(SIGNAL_TYPES)
STATES = (State.ACTIVE.value, State.WITHDRAWN.value, State.DELETED.value)
CONFIDENCES = tuple(Confidence.values)
# PostgreSQL counts time from here too (documentation, "Date/Time Types").
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
_LONGEST = max(kind.hex_length for kind in SIGNAL_TYPES.values()) // 2
RECORD = np.dtype(
    [
        ("seq", ">i8"),
        ("pk", ">i8"),
        ("at", ">i8"),
        ("variants", ">i4"),
        ("", "u1"),
        ("confidence", "u1"),
        ("state", "u1"),
        ("signal", "u1"),
        ("value", f"V{_LONGEST}"),
    ]
)
Records = NDArray[np.void]


def records_where(condition: str, limit: int, **values: Any) -> Records:
    """Return the first `limit` published hashes that meet a condition, in feed order.

    `condition` is SQL over the columns of Hash, read by PostgreSQL and SQLite alike, with `values`
    for its `%(name)s`. On PostgreSQL the records are made there, which takes a third of the time.
    """
    if connection.vendor == "postgresql":
        return _made_by_postgres(condition, {**values, "limit": limit})
    found = hashes_where(condition, limit, **values)
    return np.array([_record(held) for held in found], RECORD)


def hashes_where(condition: str, limit: int, **values: Any) -> list[Hash]:
    """Return the same as rows of the table."""
    return list(Hash.objects.raw(_chosen(condition), {**values, "limit": limit}))


def _chosen(condition: str) -> str:
    # Every name in it comes from our own files; every value is a parameter.
    return f"SELECT * FROM hashes_hash WHERE {condition} ORDER BY seq LIMIT %(limit)s"  # noqa: S608


def hex_values(records: Records) -> NDArray[np.bytes_]:
    """Return the signals in lower-case hex, as byte strings of their own length."""
    width = 2 * _LONGEST
    digits = np.frombuffer(bytearray(records["value"].tobytes().hex(), "ascii"), np.uint8)
    table = digits.reshape(-1, width)
    for place, kind in enumerate(SIGNAL_TYPES.values()):
        if kind.hex_length < width:
            table[records["signal"] == place, kind.hex_length :] = 0
    return digits.view(f"S{width}")


def _record(held: Hash) -> tuple[object, ...]:
    if held.published_at is None:
        raise ValueError("A hash that is not published has no record.")
    at = (held.published_at - EPOCH) // timedelta(microseconds=1)
    value = bytes.fromhex(held.value).ljust(_LONGEST, b"\0")
    words = (
        CONFIDENCES.index(held.confidence),
        STATES.index(held.published_state),
        SIGNALS.index(held.signal),
    )
    return (held.seq, held.pk, at, held.variants, 0, *words, value)


def _made_by_postgres(condition: str, values: Mapping[str, Any]) -> Records:
    statement = f"SELECT count(*), string_agg({_AS_RECORD}, '') FROM ({_chosen(condition)}) AS page"  # noqa: S608
    with connection.cursor() as cursor, connection.wrap_database_errors:
        # Django's own cursor puts values in by itself, and so gets answers as text only.
        raw = psycopg.Cursor(cursor.connection)
        raw.execute(statement.encode(), values, binary=True)
        count, found = raw.fetchone() or (0, None)
    records = np.frombuffer(found or b"", RECORD)
    if len(records) != count:
        raise ValueError("A hash has a word or a value that no record can hold.")
    return _in_feed_order(records)


def _in_feed_order(records: Records) -> Records:
    """Return them by `seq`: so they come, but an aggregate promises no order, and to ask for one
    takes five times as long.
    """
    seq = records["seq"].astype(np.int64)
    return records if (seq[1:] > seq[:-1]).all() else records[np.argsort(seq)]


def _coded(column: str, words: tuple[str, ...], shift: int) -> str:
    cases = (f"WHEN '{word}' THEN {place << shift}" for place, word in enumerate(words))
    return f"CASE {column} {' '.join(cases)} END"


def _binary() -> str:
    """Each kind's value, and zeros where it is shorter than the longest."""
    cases = []
    for name, kind in SIGNAL_TYPES.items():
        zeros = "00" * (_LONGEST - kind.hex_length // 2)
        padding = f" || '\\x{zeros}'::bytea" if zeros else ""
        cases.append(f"WHEN '{name}' THEN decode(value, 'hex'){padding}")
    return f"CASE signal {' '.join(cases)} END"


# `variants` and the words in one number: each function that is called for a row costs.
_KIND = " + ".join(
    (
        "(variants::int8 << 32)",
        _coded("confidence", CONFIDENCES, 16),
        _coded("published_state", STATES, 8),
        _coded("signal", SIGNALS, 0),
    )
)
_AS_RECORD = (
    "int8send(seq) || int8send(id) || timestamptz_send(published_at)"
    f" || int8send({_KIND}) || {_binary()}"
)
