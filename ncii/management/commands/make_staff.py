"""`manage.py make_staff`: a login for the first member of staff, or a new password for them."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ncii.staff.audit import record
from ncii.staff.enrolment import make_code
from ncii.staff.second_factor import is_enrolled


class Command(BaseCommand):
    """Idempotent: run again, it finds the person and sets the password again."""

    help = "Make a staff login that may do everything; print what opens it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The password comes from a file (made there if missing) or from chance."""
        parser.add_argument("--username", required=True)
        password = parser.add_mutually_exclusive_group(required=True)
        password.add_argument("--random", action="store_true", help="a new one each time")
        password.add_argument(
            "--password-file", type=Path, help="read it here; if missing, make one (mode 600)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make or find the user, set the password if it is another, print what opens."""
        path: Path | None = options["password_file"]
        password = _kept_password(path) if path else _new_password()
        user, _ = User.objects.get_or_create(username=options["username"])
        user.is_staff = user.is_superuser = user.is_active = True
        if not user.check_password(password):
            user.set_password(password)
        user.save()
        record("make_staff", "login made", user.username)
        self.stdout.write(f"username={user.username}")
        self.stdout.write(f"password={password}")
        if not is_enrolled(user):
            self.stdout.write(f"enrolment={make_code(user)}")


def _new_password() -> str:
    return secrets.token_urlsafe(15)


def _kept_password(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        password = path.read_text().strip()
        if not password:
            raise CommandError(f"{path} is empty: delete it to have one made.") from None
        return password
    except OSError as error:
        raise CommandError(f"Can't write {path}: {error.strerror}.") from None
    with os.fdopen(descriptor, "w") as file:
        password = _new_password()
        file.write(password + "\n")
    return password
