"""`manage.py make_key PARTNER`: an API key, shown once."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from ncii.management.arguments import line
from ncii.staff import audit
from partners.management.commands._shared import partner_named
from partners.models import Scope
from partners.services import make_key

MOST_DAYS = 3650


class Command(BaseCommand):
    """The bank keeps a digest of the key only: nobody can print it a second time."""

    help = "Make an API key for a partner; print key= (never to be had again)."

    def add_arguments(self, parser: CommandParser) -> None:
        """The partner, and what the key may do for how long."""
        parser.add_argument("partner", type=line(80))
        parser.add_argument(
            "--scopes", nargs="+", choices=Scope.values, default=list(Scope.values), metavar="SCOPE"
        )
        parser.add_argument("--expires", type=int, metavar="DAYS")
        parser.add_argument("--label", type=line(80))
        parser.add_argument("--sandbox", action="store_true", help="It sees a made-up bank only.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the key and print it."""
        days = options["expires"]
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise CommandError(f"A key lives for 1 to {MOST_DAYS} days, or without --expires.")
        with transaction.atomic():
            key, text = make_key(
                partner_named(options["partner"]),
                scopes=list(dict.fromkeys(options["scopes"])),
                label=options["label"] or "",
                expires_at=timezone.now() + timedelta(days=days) if days else None,
                sandbox=options["sandbox"],
            )
            audit.record("make_key", "key made", f"{key.partner}, key {key}")
        self.stdout.write(f"key={text}")
