"""`manage.py make_staff`: a login for the first member of staff, or a new password for them."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from ncii.management.arguments import line
from ncii.staff.audit import record
from ncii.staff.enrolment import make_code
from ncii.staff.second_factor import is_enrolled

LONGEST = 1000


class Command(BaseCommand):
    """Idempotent: run again, it finds the person and sets the password again."""

    help = "Make a staff login that may do everything; print what opens it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The password comes from a file (made there if missing) or from chance."""
        parser.add_argument("--username", required=True, type=line(150))
        password = parser.add_mutually_exclusive_group(required=True)
        password.add_argument("--random", action="store_true", help="a new one each time")
        password.add_argument(
            "--password-file", type=Path, help="read it here; if missing, make one (mode 600)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make or find the user, set the password if it is another, print what opens."""
        path: Path | None = options["password_file"]
        with transaction.atomic():
            user = _person(options["username"])
            password = _kept_password(path) if path else _new_password()
            user.is_staff = user.is_superuser = user.is_active = True
            if not user.check_password(password):
                user.set_password(password)
            user.save()
            record("make_staff", "login made", user.username)
            enrolment = None if is_enrolled(user) else make_code(user)
        self.stdout.write(f"username={user.username}")
        self.stdout.write(f"password={password}")
        if enrolment:
            self.stdout.write(f"enrolment={enrolment}")


def _person(name: str) -> User:
    """Find or make the user, under the name as the login page will spell it."""
    name = User.normalize_username(name)
    if not User.objects.filter(username=name).exists():
        try:
            User(username=name).clean_fields(exclude=["password"])
        except ValidationError as error:
            raise CommandError(f"--username: {' '.join(error.messages)}") from None
    return User.objects.get_or_create(username=name)[0]


def _new_password() -> str:
    return secrets.token_urlsafe(15)


def _kept_password(path: Path) -> str:
    """Read the file's one line, or make the file. Raises CommandError."""
    try:
        if path.exists() or path.is_symlink():
            return _password_in(path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            password = _new_password()
            file.write(password + "\n")
    except OSError as error:
        raise CommandError(f"--password-file: {path}: {error.strerror}.") from None
    return password


def _password_in(path: Path) -> str:
    if not path.is_file():
        raise CommandError(f"--password-file: {path} is no file.")
    with path.open("rb") as file:
        beginning = file.read(LONGEST + 1)
    try:
        password = beginning.decode().strip()
    except UnicodeDecodeError:
        password = ""
    if not beginning.strip():
        raise CommandError(f"{path} is empty: delete it to have one made.")
    if not password.isprintable() or not password or len(beginning) > LONGEST:
        raise CommandError(f"{path} holds more than a password: it must be one line.")
    return password
