"""docker-compose.yml is valid, by the tool that reads it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ncii.dev import tools
from ncii.env import KEYRINGS

ROOT = Path(__file__).resolve().parents[3]
PASSWORDS = ("POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", "REDIS_PASSWORD")
REQUIRED = ("PUBLIC_ORIGIN", *PASSWORDS, "SECRET_KEY", *KEYRINGS)


def config(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `config` with just these variables set. Raises MissingToolError."""
    tool = tools.find("compose")
    command = [str(tool), "compose"] if tool.name == "docker" else [str(tool)]
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | env
    # Another folder as the project's keeps a .env of this one out of it.
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["--project-directory", folder, "-f", str(ROOT / "docker-compose.yml")]
        return subprocess.run(
            [*command, *arguments, "config"], env=environment, capture_output=True, text=True
        )


def main() -> int:
    """Valid with every required variable set; refused without any one of them."""
    complete = dict.fromkeys(REQUIRED, "x")
    whole = config(complete)
    if whole.returncode:
        print(whole.stdout, whole.stderr)
        return 1
    for name in REQUIRED:
        rest = {key: value for key, value in complete.items() if key != name}
        if config(rest).returncode == 0:
            print(f"docker-compose.yml starts without {name}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
