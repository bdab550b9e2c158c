"""`manage.py limit_rights ROLE`: what the application's own role may do in the database."""

import re
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from ncii.env import read_secret
from ncii.staff.protection import limit_rights

_ROLE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}", re.ASCII)
RIGHTS = ("SUPERUSER", "CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS")
PASSWORD = "DATABASE_APP_PASSWORD"  # noqa: S105 - the setting's name


class Command(BaseCommand):
    """Run by the owner of the tables, after each migration; web, worker and beat use the role."""

    help = "PostgreSQL: let a role do what the application does, and not rewrite the audit."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which, and whether it is to be made."""
        parser.add_argument("role", type=_role)
        parser.add_argument(
            "--make",
            action="store_true",
            help=f"Make the role, or give it its password anew: that of {PASSWORD}.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant and revoke."""
        role: str = options["role"]
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no roles: set DATABASE_URL to the tables' owner.")
        with transaction.atomic():
            if _is_me(role):
                raise CommandError("That is who runs this: make a role that owns no table.")
            if options["make"]:
                _make(role)
            elif not _is_there(role):
                raise CommandError("There is no such role: give --make, or CREATE ROLE … LOGIN.")
            limit_rights(role)
        self.stdout.write(f"limited={role}")


def _role(text: str) -> str:
    """A name that stands in SQL as it is, and that PostgreSQL neither cuts short nor keeps."""
    if not _ROLE.fullmatch(text) or text.startswith("pg_"):
        raise ArgumentTypeError(
            "a role's name has letters, digits, _ and -, at most 63, and begins neither with a "
            "digit nor with pg_."
        )
    return text


def _is_me(role: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = %s", [role])
        return bool(cursor.fetchone()[0])


def _is_there(role: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


def _to_be_taken(role: str) -> list[str]:
    """What says of the role that it has none of the rights that it has.

    Of the others nothing is said: only a superuser may, even to deny them (ALTER ROLE).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls "
            "FROM pg_roles WHERE rolname = %s",
            [role],
        )
        held = cursor.fetchone() or ()
    return [f"NO{right}" for right, has in zip(RIGHTS, held, strict=False) if has]


def _make(role: str) -> None:
    """Make the role if it is not there; set its password. Only the password's SCRAM verifier
    (RFC 5802) is sent: what the server may log of the statement lets nobody in.
    """
    password = read_secret(PASSWORD)
    if not password:
        raise CommandError(f"Set {PASSWORD}, or {PASSWORD}_FILE.")
    with connection.cursor() as cursor:
        verifier = connection.connection.pgconn.encrypt_password(
            password.encode(), role.encode(), b"scram-sha-256"
        ).decode()
        verb = "ALTER" if _is_there(role) else "CREATE"
        rights = " ".join(["LOGIN", *_to_be_taken(role)])
        name = connection.ops.quote_name(role)
        cursor.execute(f"{verb} ROLE {name} {rights} PASSWORD '{verifier}'")
