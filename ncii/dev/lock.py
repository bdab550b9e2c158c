"""Resolve requirements*.in into requirements*.txt: public packages only, every file's hash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEADER = "# Made by `make lock` from {}.in: do not edit.\n"
OPTIONS = [
    "--quiet",
    "--strip-extras",
    "--generate-hashes",
    "--allow-unsafe",
    "--no-header",
    "--annotation-style=line",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
]


def main() -> None:
    """Write the locks. This machine's own pip settings (mirrors, local wheels) take no part."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    env["PIP_CONFIG_FILE"] = os.devnull
    for name in ("requirements", "requirements-dev", "requirements-audit"):
        compiler = [sys.executable, "-m", "piptools", "compile", *OPTIONS, *sys.argv[1:]]
        lock = ROOT / f"{name}.txt"
        subprocess.run(
            [*compiler, "-o", lock.name, f"{name}.in"],
            cwd=ROOT,
            env=env,
            check=True,
        )
        text = lock.read_text()
        lock.write_text(HEADER.format(name) + text.removeprefix(HEADER.format(name)))


if __name__ == "__main__":
    main()
