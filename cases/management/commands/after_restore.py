"""`manage.py after_restore LEDGER`: make an older copy of the database fit to serve again."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.services import erase_again, replay
from hashes.publisher import leap, publish
from ncii.ledger.models import Kind
from ncii.ledger.services import read_ledger
from ncii.staff import audit


class Command(BaseCommand):
    """To be run once after each restore, while web, worker and beat are stopped."""

    help = (
        "After a backup was put back: withdraw, revoke and erase again what was since, by the ledger, and "
        "make every partner begin anew. Stop web, worker and beat first."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Every ledger there is, or word that there is none."""
        parser.add_argument(
            "ledger", nargs="*", type=Path, help="the ledger, and older parts of it"
        )
        parser.add_argument(
            "--no-ledger", action="store_true", help="nothing has ever been taken back here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay, leap, publish, erase; print what was done. CommandError: nothing was."""
        if bool(options["ledger"]) == options["no_ledger"]:
            raise CommandError(
                "Name every ledger, or say --no-ledger where nothing was ever taken back. "
                "Nothing was changed."
            )
        entries = [entry for path in options["ledger"] for entry in self._read(path)]
        said = [f"{kind}={count}" for kind, count in replay(entries).items()]
        said.append(f"feed_goes_on_after={leap() or 0}")
        said.append(f"published={publish()}")
        said.append(f"{Kind.HASH_ERASED}={erase_again(entries)}")
        audit.record("after_restore", "backup put back", detail=" ".join(said))
        self.stdout.write("\n".join(said))

    def _read(self, path: Path) -> list[tuple[Kind, str, date]]:
        """Return a ledger's entries; raise CommandError for what is none."""
        try:
            entries = list(read_ledger(path))
            with path.open("rb") as file:
                lines = sum(1 for line in file if line.strip())
        except FileNotFoundError:
            raise CommandError(f"There is no file {path}. Nothing was changed.") from None
        except OSError as error:
            raise CommandError(
                f"Can't read {path}: {error.strerror}. Nothing was changed."
            ) from None
        if not entries:
            raise CommandError(
                f"{path} holds no line of a ledger: is it a copy that broke off? Nothing was changed."
            )
        if lines > len(entries):
            self.stderr.write(
                f"{path}: {lines - len(entries)} of {lines} lines are torn or none of a ledger's, and "
                "were passed over."
            )
        return entries
