"""All tests twice: on SQLite with the broker that needs no server, on PostgreSQL with Redis."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from ncii.dev import servers
from ncii.dev.processes import Child

ROOT = Path(__file__).resolve().parents[2]
NO_TESTS = 5  # pytest's exit code where a selection matched nothing
# What would make a test depend on the shell it was started from.
_OURS = ("NCII_", "DATABASE_", "BROKER_", "REDIS_", "EMAIL_", "DJANGO_", "SECRET_", "PUBLIC_")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}


def _pytest(title: str, arguments: list[str], extra_env: dict[str, str]) -> int:
    """Run pytest in a process group of its own; return its exit code."""
    print(f"\n=== {title}", flush=True)
    command = [sys.executable, "-m", "pytest", *arguments]
    env = _environment() | extra_env
    child = Child("pytest", command, env, cwd=ROOT, stop_signal=signal.SIGINT)
    child.start()
    try:
        return child.wait()
    finally:
        child.stop(grace=60)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Return 0 where both runs passed, else the first bad exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    arguments = sys.argv[1:]
    try:
        codes = [_pytest("SQLite, broker in files", arguments, {})]
        with servers.postgres() as database, servers.redis() as redis:
            on_servers = {
                "DATABASE_URL": database,
                "BROKER_URL": f"{redis}/0",
                "REDIS_URL": f"{redis}/1",
            }
            stateful = ["-m", "not stateless", *arguments]
            codes.append(_pytest("PostgreSQL, Redis", stateful, on_servers))
    except KeyboardInterrupt:
        return 130
    failed = [code for code in codes if code not in (0, NO_TESTS)]
    if failed:
        return failed[0]
    return 0 if 0 in codes else NO_TESTS


if __name__ == "__main__":
    sys.exit(main())
