"""Published hashes in bulk: one array of records, where an object a row would cost more than all
else that is done with them.

A record is 64 bytes, as RECORD says. Words (signal, state, confidence) are places in the tuples
below, `at` is the time of publication in microseconds since EPOCH, `variants` is variant_bits, and
`value` is the signal in binary, followed by zeros where it is shorter than the longest.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg
from django.db import connection
from django.db.models import QuerySet
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
_COLUMNS = (
    "seq",
    "pk",
    "published_at",
    "variants",
    "signal",
    "published_state",
    "confidence",
    "value",
)


def records_of(rows: QuerySet[Hash]) -> Records:
    """Return these published hashes; `rows` is ordered by `seq`, and so is the answer.

    On PostgreSQL they are made into records there, which takes a third of the time.
    """
    chosen = rows.values_list(*_COLUMNS)
    if connection.vendor == "postgresql":
        return _made_by_postgres(chosen)
    return np.array([_record(*row) for row in chosen], RECORD)


def hex_values(records: Records) -> NDArray[np.bytes_]:
    """Return the signals in lower-case hex, as byte strings of their own length."""
    width = 2 * _LONGEST
    digits = np.frombuffer(bytearray(records["value"].tobytes().hex(), "ascii"), np.uint8)
    table = digits.reshape(-1, width)
    for place, kind in enumerate(SIGNAL_TYPES.values()):
        if kind.hex_length < width:
            table[records["signal"] == place, kind.hex_length :] = 0
    return digits.view(f"S{width}")


def _record(
    seq: int,
    pk: int,
    at: datetime,
    variants: int,
    signal: str,
    state: str,
    confidence: str,
    value: str,
) -> tuple[object, ...]:
    words = (CONFIDENCES.index(confidence), STATES.index(state), SIGNALS.index(signal))
    moment = (at - EPOCH) // timedelta(microseconds=1)
    return (seq, pk, moment, variants, 0, *words, bytes.fromhex(value).ljust(_LONGEST, b"\0"))


def _made_by_postgres(chosen: "QuerySet[Hash, tuple[object, ...]]") -> Records:
    inner, parameters = chosen.query.sql_with_params()
    # Every name comes from this file or from Django; every value is a parameter.
    statement = (
        f"SELECT count(*), string_agg({_AS_RECORD}, '')"  # noqa: S608
        f" FROM ({inner}) AS page({', '.join(_COLUMNS)})"
    )
    with connection.cursor() as cursor, connection.wrap_database_errors:
        # Django's own cursor puts values in by itself, and so gets answers as text only.
        raw = psycopg.Cursor(cursor.connection)
        raw.execute(statement.encode(), parameters, binary=True)
        count, found = raw.fetchone() or (0, None)
    records = np.frombuffer(found or b"", RECORD)
    if len(records) != count:
        raise ValueError("A hash has a word or a value that no record can hold.")
    # Sorted here, since an ORDER BY inside the aggregate takes five times as long.
    return records[np.argsort(records["seq"], kind="stable")]


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
    "int8send(seq) || int8send(pk) || timestamptz_send(published_at)"
    f" || int8send({_KIND}) || {_binary()}"
)
