"""`manage.py make_endpoint PARTNER URL`: where a partner is rung."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from ncii.lib.outbound import Refused
from ncii.management.arguments import line
from ncii.staff import audit
from partners.management.commands._shared import partner_named
from partners.models import Event
from partners.webhooks.endpoints import add_endpoint


class Command(BaseCommand):
    """Refuses addresses that the bank would not send to."""

    help = "Register a webhook endpoint for a partner; print endpoint= and secret=."

    def add_arguments(self, parser: CommandParser) -> None:
        """The partner, the address, and what it wants to hear."""
        parser.add_argument("partner", type=line(80))
        parser.add_argument("url")
        parser.add_argument(
            "--events",
            nargs="+",
            choices=Event.values,
            default=[],
            metavar="EVENT",
            help="default: all",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Register the endpoint and print its id and secret."""
        partner = partner_named(options["partner"])
        try:
            with transaction.atomic():
                endpoint, secret = add_endpoint(partner, options["url"], options["events"])
                audit.record("make_endpoint", "endpoint made", str(endpoint))
        except Refused as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"endpoint={endpoint.pk}")
        self.stdout.write(f"secret={secret}")
