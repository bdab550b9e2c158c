"""`make lint`: every check, each to its end, with a closing line that names those that failed."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PYTHON = [sys.executable, "-m"]
MIGRATIONS = [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]
STEPS: dict[str, list[str]] = {
    "ruff check": [*PYTHON, "ruff", "check", "--quiet", "."],
    "ruff format": [*PYTHON, "ruff", "format", "--check", "--quiet", "."],
    "mypy": [*PYTHON, "mypy", "--no-error-summary"],
    "import-linter": [str(BIN / "lint-imports"), "--no-logo"],
    "browser code": ["npm", "run", "--silent", "check"],
    "templates": [*PYTHON, "ncii.dev.checks.templates"],
    "catalogues": [*PYTHON, "ncii.dev.checks.catalogues"],
    "readability": [*PYTHON, "ncii.dev.checks.readability"],
    "migrations": MIGRATIONS,
    "migration rules": [*PYTHON, "ncii.dev.checks.migrations"],
    "licences": [*PYTHON, "ncii.dev.supply", "licences", "--check"],
    "compose": [*PYTHON, "ncii.dev.checks.compose"],
    "images": [*PYTHON, "ncii.dev.checks.images"],
    "production": [*PYTHON, "ncii.dev.checks.production"],
}


def main() -> int:
    """Run the steps named on the command line, or all; return 1 where one failed."""
    failed = []
    wanted = {name: STEPS[name] for name in sys.argv[1:] or STEPS}
    with tempfile.TemporaryDirectory(prefix="ncii-lint-") as var:
        env = os.environ | {"NCII_VAR": var}
        for name, command in wanted.items():
            started = time.monotonic()
            code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
            seconds = time.monotonic() - started
            print(f"{'ok    ' if code == 0 else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
            failed += [name] if code else []
    print(f"lint: {'failed: ' + ', '.join(failed) if failed else 'all good'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
