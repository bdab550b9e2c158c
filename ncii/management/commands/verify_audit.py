"""`manage.py verify_audit`: say whether anybody has touched the audit."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ncii.staff.audit import verify
from ncii.staff.models import AuditHead


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
    if not text:
        return None
    number, _, seal = text.partition(":")
    if not number.isdecimal() or not seal:
        raise CommandError("--known is written NUMBER:SEAL.")
    return int(number), seal
