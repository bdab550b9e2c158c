"""A production environment that the system checks pass, to be spoilt one setting at a time."""

import os
import subprocess
import sys
from pathlib import Path

from ncii.env import KEYRINGS, new_secret

ROOT = Path(__file__).resolve().parents[2]


def production_environment(var: Path) -> dict[str, str]:
    """Return the environment of a production process whose files go to `var`."""
    return {
        "PATH": os.environ["PATH"],
        "NCII_MODE": "production",
        "NCII_VAR": str(var),
        "PUBLIC_ORIGIN": "https://bank.example",
        "DATABASE_URL": "postgres://bank:secret@127.0.0.1:1/bank",
        "BROKER_URL": "redis://127.0.0.1:1/0",
        "REDIS_URL": "redis://127.0.0.1:1/1",
        "LEDGER_FILE": str(var / "apart" / "ledger.jsonl"),
        "SECRET_KEY": new_secret(keyring=False),
        **{name: new_secret(keyring=True) for name in KEYRINGS},
    }


def run(arguments: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `python ARGUMENTS…` in that environment and nothing of ours; wait for its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
