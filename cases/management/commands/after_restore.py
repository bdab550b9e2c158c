"""`manage.py after_restore LEDGER`: make an older copy of the database fit to serve again."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.services import erase_again, replay
from hashes.publisher import leap, publish
from ncii.ledger.models import Kind
from ncii.ledger.services import read_ledger


class Command(BaseCommand):
    """To be run once after each restore, while web, worker and beat are stopped."""

    help = (
        "After a backup was put back: withdraw, revoke and erase again what was since, by the ledger, and "
        "make every partner begin anew. Stop web, worker and beat first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """One or more files."""
        parser.add_argument(
            "ledger", nargs="+", type=Path, help="the ledger, and older parts of it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, leap, publish, erase; print what was done."""
        missing = [str(path) for path in options["ledger"] if not path.is_file()]
        if missing:
            raise CommandError(f"There is no file {', '.join(missing)}. Nothing was changed.")
        entries = [entry for path in options["ledger"] for entry in read_ledger(path)]
        for kind, count in replay(entries).items():
            self.stdout.write(f"{kind}={count}")
        self.stdout.write(f"feed_goes_on_after={leap() or 0}")
        self.stdout.write(f"published={publish()}")
        self.stdout.write(f"{Kind.HASH_ERASED}={erase_again(entries)}")
