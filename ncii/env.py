"""Where settings come from: the environment, and nowhere else.

Development is the one exception: secrets that the environment does not give are made once
and kept in ``var/dev-secrets.json`` (mode 600), so that a second start opens the same cases.
Production never reads that file: a missing secret stops the start with its name.
"""

import json
import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
DEVELOPMENT = "development"
PRODUCTION = "production"
KEYRINGS = ("CASE_INDEX_KEYS", "CASE_PIN_KEYS", "API_KEY_KEYS", "FIELD_KEYS", "PSEUDONYM_KEYS")

env = environ.Env()


def mode() -> str:
    """Return the run mode; raise ImproperlyConfigured for a word that is none."""
    value: str = env.str("NCII_MODE", default=DEVELOPMENT)
    if value not in (DEVELOPMENT, PRODUCTION):
        raise ImproperlyConfigured(f"NCII_MODE must be {DEVELOPMENT} or {PRODUCTION}.")
    return value


def var_dir() -> Path:
    """Return the folder for everything the product writes outside its database."""
    path = Path(env.str("NCII_VAR", default=str(BASE_DIR / "var")))
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret(name: str, *, keyring: bool) -> str:
    """Return one secret.

    A keyring is ``id:value`` pairs, comma-separated, current key first (see ncii.lib.keyring).
    ``NAME_FILE`` may name a file to read instead, as container platforms mount secrets.
    """
    given: str = env.str(name, default="")
    file: str = env.str(f"{name}_FILE", default="")
    if not given and file:
        given = Path(file).read_text().strip()
    if given:
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
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if name not in kept:
        kept[name] = new_secret(keyring=keyring)
        _replace_atomically(path, json.dumps(kept, indent=1))
        kept = json.loads(path.read_text())
    return kept[name]


def _replace_atomically(path: Path, text: str) -> None:
    temporary = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    temporary.replace(path)
