"""`manage.py check --deploy` under the settings production would have, with throw-away secrets."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ncii.env import KEYRINGS, new_secret

ROOT = Path(__file__).resolve().parents[3]


def environment(var: str) -> dict[str, str]:
    """A whole production environment; nothing in it is ever connected to."""
    return {
        "PATH": os.environ["PATH"],
        "NCII_MODE": "production",
        "NCII_VAR": var,
        "NCII_RELEASE": "check",
        "PUBLIC_ORIGIN": "https://bank.example.org",
        "ALLOWED_HOSTS": "bank.example.org",
        "BEHIND_PROXY": "true",
        "DATABASE_URL": "postgres://bank:secret@db.example.org:5432/bank",
        "BROKER_URL": "redis://broker.example.org:6379/0",
        "REDIS_URL": "redis://broker.example.org:6379/1",
        "EMAIL_URL": "smtp+tls://bank:secret@mail.example.org:587",
        "LEDGER_FILE": "/var/lib/ncii-ledger/ledger.jsonl",
        "DEFAULT_FROM_EMAIL": "no-reply@bank.example.org",
        "SECRET_KEY": new_secret(keyring=False),
        **{name: new_secret(keyring=True) for name in KEYRINGS},
    }


def main() -> int:
    """Return the command's exit code."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    with tempfile.TemporaryDirectory(prefix="ncii-check-") as var:
        return subprocess.run(command, cwd=ROOT, env=environment(var), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
