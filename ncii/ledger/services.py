"""Noting what is taken back, and bringing it to the file."""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from ncii.ledger.models import Entry, Kind
from ncii.ledger.signals import noted
from ncii.lib.locks import transaction_lock

LOCK = 0x4C454447  # "LEDG"
BATCH = 1000
NAMED_BY_UUID = (Kind.CASE_WITHDRAWN, Kind.CONTRIBUTION_WITHDRAWN)


def note(kind: Kind, refs: Iterable[object], on: date) -> None:
    """Note deletions. Runs in the transaction that makes them, and is lost with it.

    Raises TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A deletion is noted in its transaction.")
    Entry.objects.bulk_create(Entry(kind=kind, ref=str(ref), on=on) for ref in refs)
    transaction.on_commit(lambda: noted.send(sender=Entry), robust=True)


def write_out() -> int:
    """Append waiting entries to the file, one JSON object a line; return how many.

    They are on the disk before they leave the database. Raises OSError if the file can't be
    written: they wait.
    """
    total = 0
    while written := _write_batch():
        total += written
    return total


@transaction.atomic
def _write_batch() -> int:
    if not transaction_lock(LOCK):
        return 0
    entries = list(Entry.objects.order_by("pk")[:BATCH])
    if entries:
        _append("".join(_line(entry) for entry in entries))
        Entry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()
    return len(entries)


def _line(entry: Entry) -> str:
    return json.dumps({"kind": entry.kind, "ref": entry.ref, "on": entry.on.isoformat()}) + "\n"


def _append(lines: str) -> None:
    path = Path(settings.LEDGER_FILE)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # A line that a full disk cut short is ended first, so that it spoils no other.
        pending = memoryview(b"\n" + lines.encode())
        while pending:
            pending = pending[os.write(handle, pending) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def read_ledger(path: Path) -> Iterator[tuple[Kind, str, date]]:
    """Yield (kind, ref, day) of each line, oldest first; a torn line is passed over.

    What a torn line said stands again further on: it was still in the database.
    """
    with path.open(errors="replace") as file:
        for line in file:
            try:
                found = json.loads(line)
                entry = Kind(found["kind"]), str(found["ref"]), date.fromisoformat(found["on"])
                if entry[0] in NAMED_BY_UUID:
                    UUID(entry[1])
            except (ValueError, KeyError, TypeError):
                continue
            yield entry
