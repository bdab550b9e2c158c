"""What can be expected to go wrong under a command, said in a line that tells what to do.

A traceback is for faults of ours. A database that is away, an environment that lacks a setting or
a Ctrl-C are not; `--traceback` shows where they came from all the same.
"""

import os
import sys
from collections.abc import Callable

from cryptography.fernet import InvalidToken
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

INTERRUPTED = 130
MIGRATE = "The database is not as new as the code: run `python manage.py migrate`, then this again."
TWICE = "Another process makes the same tables: let it end, then run this again."
# SQLSTATE (PostgreSQL, appendix A), or its class.
_AWAY = "The database does not answer: look whether it runs and at DATABASE_URL."
_BUSY = "Others have held what this needs for too long: run it again."
_BY_STATE = {
    "42P01": MIGRATE,
    "42703": MIGRATE,
    "42P07": TWICE,
    "42501": "The database role may not do this: run it with the DATABASE_URL of the tables' owner.",
    "08": _AWAY,
    "28": "PostgreSQL does not let this role in: look at user and password in DATABASE_URL.",
    "3D": "There is no such database: make it, or look at its name in DATABASE_URL.",
    "40": _BUSY,
    "53": "PostgreSQL has no room for this now: look at its connections and its disk.",
    "55": _BUSY,
    "57": "PostgreSQL ended the connection: run this again when it is back.",
}
# What SQLite says (sqlite3.c, the table of result codes); it has no SQLSTATE.
_BY_WORDS = {
    "no such table": MIGRATE,
    "no such column": MIGRATE,
    "unable to open database file": "The file {file} can't be opened: look at who owns its folder.",
    "readonly database": "The file {file} can't be written: look at who owns it and its folder.",
    "not a database": "The file {file} is no database: put the right one back, or delete it.",
    "malformed": "The file {file} is damaged: put a copy back.",
    "already exists": TWICE,
    "locked": _BUSY,
    "disk is full": "The disk is full.",
}


def run(command: Callable[[list[str]], None], arguments: list[str]) -> None:
    """Run the command; where it fails as is to be expected, say so and raise SystemExit."""
    if "--traceback" in arguments:
        command(arguments)
        return
    try:
        command(arguments)
    except KeyboardInterrupt:
        _end("Interrupted: run it again.", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output has gone; what is still buffered must not fail at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except InvalidToken:
        _end(
            "What the database holds was sealed with a key that FIELD_KEYS lacks: put it back behind "
            "the others. (In development: delete var/, or bring its dev-secrets.json back.)"
        )
    except ImproperlyConfigured as error:
        _end(str(error))
    except DatabaseError as error:
        advice = advice_on(error)
        if advice is None:
            raise
        _end(f"{advice} ({' '.join(str(error).split())[:300]})")


def advice_on(error: DatabaseError) -> str | None:
    """Return what to do about it; None for what must be a fault of ours."""
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    if state:
        return _BY_STATE.get(state) or _BY_STATE.get(state[:2])
    words = str(error)
    for said, advice in _BY_WORDS.items():
        if said in words:
            return advice.format(file=connection.settings_dict["NAME"])
    # A connection that failed before PostgreSQL said anything has no state.
    return _AWAY if type(cause).__module__.startswith("psycopg") else None


def _end(line: str, code: int = 1) -> None:
    print(line, file=sys.stderr)  # noqa: T201 - a command's own voice
    raise SystemExit(code)
