"""`manage.py make_partner NAME`: a platform that may take hashes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from ncii.management.arguments import line
from ncii.staff import audit
from partners.models import Partner


class Command(BaseCommand):
    """Idempotent: run again, it finds the partner."""

    help = "Make a partner, or find it; print partner=."

    def add_arguments(self, parser: CommandParser) -> None:
        """One argument: the platform's name."""
        parser.add_argument("name", type=line(80))

    def handle(self, *args: Any, **options: Any) -> None:
        """Make or find the partner and print its name; raise CommandError for one that can't be."""
        name: str = options["name"]
        partner = Partner.objects.filter(name=name).first()
        if partner is None:
            try:
                Partner(name=name).validate_constraints()
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from None
            partner = _new(name)
        self.stdout.write(f"partner={partner.name}")


@transaction.atomic
def _new(name: str) -> Partner:
    partner, is_new = Partner.objects.get_or_create(name=name)
    if is_new:
        audit.record("make_partner", "partner made", partner.name)
    return partner
