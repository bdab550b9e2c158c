"""The real product for end-to-end tests: gunicorn, a Celery worker and beat, on a state of its own.

The database's kind follows DATABASE_URL of the test run. On PostgreSQL the stack makes a new
database on the same server and starts a Redis of its own, so that a test may kill its broker.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

import psycopg

from ncii.dev.processes import Child, ChildDiedError, free_port, stop_all, wait_for_port
from ncii.dev.servers import redis_child

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(ROOT / "manage.py")]


class CommandFailed(RuntimeError):
    """A management command ended with an error; the message is its output."""


class Stack:
    """Start with `start()`, use, end with `stop()`; or as a context manager.

    `url` is the origin (no slash at the end), `env` the environment all processes share,
    `var` the folder with the logs and everything else the product writes outside its database.
    `extra_env` overrides settings; `web_workers` is gunicorn's number of processes.
    """

    def __init__(self, extra_env: dict[str, str] | None = None, web_workers: int = 2) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="ncii-stack-"))
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.web_workers = web_workers
        self._made_database: str | None = None
        self._broker_port = free_port()
        self.env = self._environment() | (extra_env or {})
        self.children: dict[str, Child] = {}

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def on_postgres(self) -> bool:
        return self._server_url is not None

    @property
    def _server_url(self) -> str | None:
        url = os.environ.get("DATABASE_URL", "")
        return url if url.startswith("postgres") else None

    def _environment(self) -> dict[str, str]:
        passed_on = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE")
        env = {name: os.environ[name] for name in passed_on if name in os.environ}
        env |= {
            "NCII_MODE": "development",
            "NCII_VAR": str(self.var),
            "PUBLIC_ORIGIN": self.url,
            "PYTHONUNBUFFERED": "1",
            # All tests come from one address, and at once.
            "INTAKE_PER_HOUR": "1000000",
            "INTAKE_CALM": "1000000",
        }
        if self._server_url:
            redis_url = f"redis://127.0.0.1:{self._broker_port}"
            env["DATABASE_URL"] = self._new_database_url(self._server_url)
            env["BROKER_URL"], env["REDIS_URL"] = f"{redis_url}/0", f"{redis_url}/1"
        else:
            env["DATABASE_URL"] = f"sqlite:///{self.var / 'db.sqlite3'}"
        return env

    def _new_database_url(self, server_url: str) -> str:
        self._made_database = f"ncii_stack_{secrets.token_hex(4)}"
        return f"{server_url.rpartition('/')[0]}/{self._made_database}"

    def _on_server(self, statement: str) -> None:
        if self._server_url:
            maintenance = f"{self._server_url.rpartition('/')[0]}/postgres"
            with psycopg.connect(maintenance, autocommit=True) as connection:
                connection.execute(statement.encode())

    def start(self) -> None:
        """Make the database, migrate it, start every process, and wait until the site answers.

        Raises CommandFailed, ChildDiedError or TimeoutError.
        """
        if self._made_database:
            self._on_server(f"CREATE DATABASE {self._made_database}")
        self.children = self._commands()
        if "broker" in self.children:
            self._start("broker")
        self.manage("migrate", "--verbosity=0")
        for name in ("web", "worker", "beat"):
            self._start(name)

    def _commands(self) -> dict[str, Child]:
        python = sys.executable
        celery = [python, "-m", "celery", "-A", "ncii.celery"]
        quiet = ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        commands = {
            "web": [
                *(python, "-m", "gunicorn", "-c", "python:ncii.gunicorn", "ncii.wsgi"),
                *("--bind", f"127.0.0.1:{self.port}"),
                *("--workers", str(self.web_workers), "--threads", "4", "--timeout", "120"),
            ],
            "worker": [*celery, "worker", "--concurrency", "2", *quiet],
            "beat": [*celery, "beat", "--pidfile="],
        }
        children = {
            name: Child(name, argv, self.env, self.var / f"{name}.log", cwd=ROOT)
            for name, argv in commands.items()
        }
        if self.on_postgres:
            children["broker"] = redis_child(self._broker_port, self.var)
        return children

    def _start(self, name: str) -> None:
        child = self.children[name]
        child.start()
        if name == "broker":
            wait_for_port(self._broker_port, child)
        if name == "web":
            wait_for_port(self.port, child)
            self._wait_until_healthy(child)

    def _wait_until_healthy(self, child: Child, timeout: float = 60) -> None:
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=10):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if not child.alive():
                    raise ChildDiedError(child) from None
                time.sleep(0.1)
        raise TimeoutError(f"/healthz did not answer:\n{child.log_tail()}")

    def manage(self, *arguments: str, stdin: str | None = None) -> str:
        """Run `manage.py` in the stack's environment; return its output. Raises CommandFailed."""
        ran = subprocess.run(
            [*MANAGE, *arguments],
            env=self.env,
            cwd=ROOT,
            input=stdin,
            capture_output=True,
            text=True,
        )
        if ran.returncode:
            raise CommandFailed(f"manage.py {' '.join(arguments)}\n{ran.stdout}{ran.stderr}")
        return ran.stdout

    def kill(self, name: str) -> None:
        """SIGKILL `web`, `worker`, `beat` or `broker` with its children, as a power cut would."""
        self.children[name].kill()

    def restart(self, name: str, *, kill: bool = False) -> None:
        """End that process (asked to, or with SIGKILL) and start it again on the same state."""
        if kill:
            self.kill(name)
        else:
            self.children[name].stop()
        self._start(name)

    def start_again(self, name: str) -> None:
        """Start a process that `kill` ended."""
        self._start(name)

    def logs(self) -> str:
        """Everything all processes have written so far, each log under its name."""
        return "\n".join(
            f"=== {path.stem}\n{path.read_text(errors='replace')}"
            for path in sorted(self.var.glob("*.log"))
        )

    def stop(self) -> None:
        """End every process, drop the database, remove the files. Safe to call twice."""
        stop_all(list(self.children.values()))
        if self._made_database:
            self._on_server(f"DROP DATABASE IF EXISTS {self._made_database} WITH (FORCE)")
            self._made_database = None
        shutil.rmtree(self.var, ignore_errors=True)
