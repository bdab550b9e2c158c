"""Marked values, and the search for them in everything that is written down."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

EMAIL = "canary.bird@mine.example"
ADDRESS = "203.0.113.77"
AGENT = "CanaryBrowser/7.7"
PIN = "728193"
PATH_ARGUMENT = "canary-path-argument"
FREE_TEXT = "canary words that no pattern knows"


def hits(text: str, *marks: str) -> list[str]:
    """Return the marks that stand in the text, in any case, with or without their hyphens."""
    flat = text.lower()
    bare = flat.replace("-", "")
    return [m for m in marks if m.lower() in flat or m.lower().replace("-", "") in bare]


@contextmanager
def captured_log() -> Iterator[io.StringIO]:
    """Let the root handler, with its formatter, write here."""
    (handler,) = (h for h in logging.getLogger().handlers if h.get_name() == "stderr")
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    before = handler.setStream(written)
    try:
        yield written
    finally:
        if before is not None:
            handler.setStream(before)


def database_dump() -> str:
    """Return every value of every table of this connection's database, as text."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            lines += [f"{table}: {_plain(row)}" for row in cursor.fetchall()]
    return "\n".join(lines)


def _plain(row: tuple[Any, ...]) -> str:
    return repr([bytes(v).decode("latin-1") if isinstance(v, memoryview) else v for v in row])
