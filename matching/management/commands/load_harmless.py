"""`manage.py load_harmless`: list the harmless pictures that ship with the product."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from hashes.signal_types import ImagePDQ
from matching.harmless.services import add_harmless
from ncii.staff import audit

SHIPPED = Path(__file__).parents[2] / "harmless" / "shipped.txt"


class Command(BaseCommand):
    """Safe to repeat: it adds what is missing, and never brings back what two people removed."""

    help = "Put the flags, logos, test cards and pages of text that ship on the harmless list."

    def handle(self, *args: Any, **options: Any) -> None:
        """Add them, and say how many were new."""
        lines = [line.split(" ", 1) for line in SHIPPED.read_text().splitlines()]
        with transaction.atomic():
            new = add_harmless([(ImagePDQ.name, value, label) for value, label in lines], None)
            if new:
                audit.record("command", "harmless.load", f"{new} pictures that ship")
        self.stdout.write(f"{new} added, {len(lines)} ship.")
