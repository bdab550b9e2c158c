"""Writing the audit, and finding out whether anybody has touched it.

Each entry is sealed by HMAC-SHA-256 under a key outside the database, over its own fields and the
seal before it. Who can write to the database but lacks the key can't change, insert, reorder or
drop an entry unseen. Who puts back an old copy of both tables can't be seen from the database alone:
each seal's beginning also goes to the log, and `verify` takes one to compare with.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from ncii.lib.keyring import Keyring, UnknownKey
from ncii.staff.models import AuditEntry, AuditHead

_PURPOSE = "audit"
_BEGINNING = 16
log = structlog.get_logger("ncii.audit")


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong from `number` on."""

    number: int
    what: str


@transaction.atomic
def record(who: User | str, act: str, subject: str = "", detail: str = "") -> AuditEntry:
    """Append an entry. `who` is an account, or the name of what acted without one."""
    AuditHead.objects.get_or_create(pk=1)
    head = AuditHead.objects.select_for_update().get(pk=1)
    entry = AuditEntry(
        number=head.number + 1,
        at=timezone.now(),
        who=(who if isinstance(who, str) else who.get_username())[:150],
        who_id=None if isinstance(who, str) else who.pk,
        act=act[:60],
        subject=subject[:200],
        detail=detail[:200],
        key_id=_ring().current_id,
    )
    entry.seal = _seal(entry, head.seal)
    entry.save()
    head.number, head.seal = entry.number, entry.seal
    head.save()
    log.info("audit", number=entry.number, act=entry.act, seal=entry.seal[:_BEGINNING])
    return entry


def verify(known: tuple[int, str] | None = None) -> Iterator[Fault]:
    """Yield what is wrong with the audit, from its first entry to its head.

    `known`: the number of an entry and the beginning of its seal, as the log had them.
    """
    rows = AuditEntry.objects.order_by("number")
    seal, number, unread = "", 0, rows
    while True:
        before = number
        for entry in unread.iterator():
            yield from _faults(entry, number + 1, seal, known)
            seal, number = entry.seal, entry.number
        head = AuditHead.objects.filter(pk=1).first() or AuditHead()
        if head.number <= number or number == before:
            break
        # What came meanwhile came with its head.
        unread = rows.filter(number__gt=number)
    if (head.number, head.seal) != (number, seal):
        yield Fault(head.number, "the end is missing, or the head was changed")
    if known and known[0] > number:
        yield Fault(known[0], "the log names an entry that is not there")


def _faults(
    entry: AuditEntry, number: int, before: str, known: tuple[int, str] | None
) -> Iterator[Fault]:
    """Yield what is wrong with the entry that should have this number."""
    if entry.number != number:
        yield Fault(number, "entries are missing" if entry.number > number else "out of order")
    elif wrong := _wrong_with(entry, before):
        yield Fault(number, wrong)
    if known and known[0] == entry.number and not entry.seal.startswith(known[1]):
        yield Fault(entry.number, "not the entry that the log names")


def _wrong_with(entry: AuditEntry, before: str) -> str:
    try:
        return "" if entry.seal == _seal(entry, before) else "changed, or made without the key"
    except UnknownKey:
        return "its key is not in FIELD_KEYS: put it back behind the others, or it was changed"


def _seal(entry: AuditEntry, before: str) -> str:
    fields = (
        *(before, str(entry.number), entry.at.isoformat(), entry.who, str(entry.who_id)),
        *(entry.act, entry.subject, entry.detail),
    )
    return _ring().digest(_PURPOSE, *fields, key_id=entry.key_id)


def _ring() -> Keyring:
    return Keyring.parse(settings.FIELD_KEYS)
