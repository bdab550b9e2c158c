"""`manage.py limit_rights ROLE`: what the application's own role may do in the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from ncii.staff.protection import limit_rights


class Command(BaseCommand):
    """Run by the owner of the tables, after each migration; web, worker and beat use the role."""

    help = "PostgreSQL: let a role do what the application does, and not rewrite the audit."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which."""
        parser.add_argument("role")

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant and revoke."""
        role: str = options["role"]
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no roles.")
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user = %s", [role])
            if cursor.fetchone()[0]:
                raise CommandError("That is who runs this: make a role that owns no table.")
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                raise CommandError("There is no such role: CREATE ROLE … LOGIN first.")
        limit_rights(role)
        self.stdout.write(f"limited={role}")
