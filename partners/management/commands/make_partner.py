"""`manage.py make_partner NAME`: a platform that may take hashes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from partners.models import Partner


class Command(BaseCommand):
    """Idempotent: run again, it finds the partner."""

    help = "Make a partner, or find it; print partner=."

    def add_arguments(self, parser: CommandParser) -> None:
        """One argument: the platform's name."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make or find the partner and print its name."""
        partner, _ = Partner.objects.get_or_create(name=options["name"])
        self.stdout.write(f"partner={partner.name}")
