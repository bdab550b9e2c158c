"""`manage.py verify_audit`: say whether anybody has touched the audit."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ncii.staff.audit import verify
from ncii.staff.models import AuditHead

_KNOWN = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{16,64})", re.ASCII)


class Command(BaseCommand):
    """Ends with an error if an entry was changed, cut, put in or moved."""

    help = "Check every seal of the audit; print its head, to be compared with the logs."

    def add_arguments(self, parser: CommandParser) -> None:
        """What the log said of some entry."""
        parser.add_argument(
            "--known", metavar="NUMBER:SEAL", help="an entry as the log has it: it must be there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each fault, or the head."""
        faults = list(verify(_known(options["known"])))
        for fault in faults:
            self.stdout.write(f"{fault.number}: {fault.what}")
        if faults:
            raise CommandError("The audit has been touched.")
        head = AuditHead.objects.filter(pk=1).first() or AuditHead()
        self.stdout.write(f"entries={head.number}")
        self.stdout.write(f"head={head.number}:{head.seal[:16]}")


def _known(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    parts = _KNOWN.fullmatch(text.strip())
    if parts is None:
        raise CommandError(
            "--known is written NUMBER:SEAL, as in 12:0b172d2041f58c8b: the number from 1, and the "
            "seal's first 16 digits or more."
        )
    return int(parts[1]), parts[2]
