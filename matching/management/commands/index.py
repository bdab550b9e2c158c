"""`manage.py index`: how this machine's index stands; with `--build`, make it anew first."""

from dataclasses import fields
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matching import index
from matching.index import builder, files


class Command(BaseCommand):
    """Print what staff can see of the index, one line each; exit 1 if something needs a person."""

    help = "Tell how this machine's index stands; with --build, make it anew first."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --build."""
        parser.add_argument("--build", action="store_true", help="make a new file now")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build if asked, then tell. Raises CommandError for a failed build or an unsound file."""
        if options["build"]:
            try:
                builder.build(files.default_folder())
            except OSError as error:
                raise CommandError(f"The old file goes on. {error}") from error
        status = index.status()
        for field in fields(status):
            self.stdout.write(f"{field.name.replace('_', ' ')}: {getattr(status, field.name)}")
        if not status.healthy:
            raise CommandError("A file was refused or the last build failed: see above.")
