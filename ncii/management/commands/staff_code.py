"""`manage.py staff_code NAME`: in development, what an authenticator app would show now."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ncii.management.arguments import line
from ncii.staff.models import Authenticator
from ncii.staff.models.second_factor import DIGITS


class Command(BaseCommand):
    """For who tries the product and has no phone at hand. Production has no such way around."""

    help = "Development only: print the code that a member of staff is asked for now."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose."""
        parser.add_argument("username", type=line(150))

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the code of the authenticator in use, or of the one being set up."""
        if settings.IN_PRODUCTION:
            raise CommandError("Codes come from the person's own authenticator.")
        try:
            user = User.objects.get(username=options["username"])
        except User.DoesNotExist:
            raise CommandError("There is no such login.") from None
        device = Authenticator.objects.filter(user=user).order_by("-confirmed").first()
        if device is None:
            raise CommandError(
                "Log in with password and enrolment code first: the page that follows makes a key."
            )
        self.stdout.write(f"{device.totp().token():0{DIGITS}d}")
