"""Where settings come from: the environment, and nowhere else.

Development is the one exception: secrets that the environment does not give are made once
and kept in ``var/dev-secrets.json`` (mode 600), so that a second start opens the same cases.
Production never reads that file: a missing secret stops the start with its name.
"""

import json
import logging
import os
import secrets
import warnings
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
DEVELOPMENT = "development"
PRODUCTION = "production"
KEYRINGS = ("CASE_INDEX_KEYS", "CASE_PIN_KEYS", "API_KEY_KEYS", "FIELD_KEYS", "PSEUDONYM_KEYS")

ENGINES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")
_NO = ("", "false", "off", "n", "no", "0")
_WORDS = {int: "a whole number", float: "a number"}


class Environment(environ.Env):
    """The environment, whose refusals name the setting and never show its value."""

    def get_value(self, var: str, cast: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Return the value; raise ImproperlyConfigured for one that is not of the kind `cast`."""
        given = os.environ.get(var)
        if cast is bool and given is not None:
            known = (*self.BOOLEAN_TRUE_STRINGS, *_NO)
            if given.strip().lower() not in known:
                raise ImproperlyConfigured(f"{var} must be true or false.")
        try:
            return super().get_value(var, cast, *args, **kwargs)
        except ValueError:
            raise ImproperlyConfigured(
                f"{var} must be {_WORDS.get(cast, 'well-formed')}."
            ) from None


env = Environment()


def database(default: str) -> dict[str, Any]:
    """Return what Django needs of DATABASE_URL; raise ImproperlyConfigured."""
    with warnings.catch_warnings(action="ignore"):  # what it warns of holds the password
        try:
            found: dict[str, Any] = env.db("DATABASE_URL", default=default)
        except (ValueError, ImproperlyConfigured):
            found = {}
    if found.get("ENGINE") not in ENGINES:
        raise ImproperlyConfigured(
            "DATABASE_URL must be postgres://user:password@host/name or sqlite:////path, "
            "with special characters of the password written as %XX."
        )
    return found


def mail() -> dict[str, Any]:
    """Return what Django needs of EMAIL_URL; raise ImproperlyConfigured."""
    try:
        found: dict[str, Any] = env.email("EMAIL_URL", default="dummymail://")
    except (ValueError, ImproperlyConfigured):
        raise ImproperlyConfigured(
            "EMAIL_URL must be smtp+tls://user:password@host:587, or unset."
        ) from None
    return found


def log_level() -> str:
    """Return the level from which on lines are logged; raise ImproperlyConfigured."""
    level: str = env.str("LOG_LEVEL", default="INFO")
    if level not in logging.getLevelNamesMapping():
        raise ImproperlyConfigured("LOG_LEVEL must be INFO, WARNING, ERROR or CRITICAL.")
    return level


def read_secret(name: str) -> str:
    """Return the setting, or what the file holds that NAME_FILE names; empty where neither is.

    Raises ImproperlyConfigured for a file that can't be read.
    """
    given: str = env.str(name, default="")
    file: str = env.str(f"{name}_FILE", default="")
    if given or not file:
        return given
    try:
        return Path(file).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: can't read {file}: {error.strerror}.") from None
    except ValueError:
        raise ImproperlyConfigured(f"{name}_FILE: {file} is no text.") from None


def mode() -> str:
    """Return the run mode; raise ImproperlyConfigured for a word that is none."""
    value: str = env.str("NCII_MODE", default=DEVELOPMENT)
    if value not in (DEVELOPMENT, PRODUCTION):
        raise ImproperlyConfigured(f"NCII_MODE must be {DEVELOPMENT} or {PRODUCTION}.")
    return value


def var_dir() -> Path:
    """Return the folder for everything the product writes outside its database.

    Raises ImproperlyConfigured where it can't be made.
    """
    path = Path(env.str("NCII_VAR", default=str(BASE_DIR / "var")))
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"NCII_VAR: can't make the folder {path}: {error.strerror}."
        ) from None
    return path


def secret(name: str, *, keyring: bool) -> str:
    """Return one secret.

    A keyring is ``id:value`` pairs, comma-separated, current key first (see ncii.lib.keyring).
    ``NAME_FILE`` may name a file to read instead, as container platforms mount secrets.
    """
    if given := read_secret(name):
        return given
    if mode() == PRODUCTION:
        raise ImproperlyConfigured(f"Set {name}: `python manage.py make_keys` prints fresh ones.")
    return _development_secret(name, keyring=keyring)


def new_secret(*, keyring: bool) -> str:
    """Return a fresh 384-bit secret, as a one-key keyring if asked."""
    value = secrets.token_urlsafe(48)
    return f"k{secrets.token_hex(2)}:{value}" if keyring else value


def _development_secret(name: str, *, keyring: bool) -> str:
    path = var_dir() / "dev-secrets.json"
    try:
        kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        if name not in kept:
            kept[name] = new_secret(keyring=keyring)
            _replace_atomically(path, json.dumps(kept, indent=1))
            kept = json.loads(path.read_text())
        return kept[name]
    except OSError as error:
        raise ImproperlyConfigured(f"Can't keep secrets in {path}: {error.strerror}.") from None
    except (ValueError, TypeError):
        raise ImproperlyConfigured(
            f"{path} is damaged. Delete {path.parent}: what is in its database can't be opened."
        ) from None


def _replace_atomically(path: Path, text: str) -> None:
    temporary = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    temporary.replace(path)
