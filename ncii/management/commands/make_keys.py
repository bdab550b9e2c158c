"""`manage.py make_keys`: fresh secrets for production, as lines of an environment file."""

from django.core.management.base import BaseCommand

from ncii.env import KEYRINGS, new_secret


class Command(BaseCommand):
    """Nothing is kept: whoever runs it puts the lines where the processes read them."""

    help = "Print fresh secrets for production, one NAME=value a line."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        """Print SECRET_KEY and every keyring."""
        self.stdout.write(f"SECRET_KEY={new_secret(keyring=False)}")
        for name in KEYRINGS:
            self.stdout.write(f"{name}={new_secret(keyring=True)}")
