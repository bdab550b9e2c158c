"""PostgreSQL and Redis servers for tests: a free port, a data folder that goes with them."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ncii.dev import tools
from ncii.dev.processes import Child, free_port, wait_for_port


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: the account to run it as then, else None (ourselves)."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _init_postgres(programs: Path, data: Path, user: str | None) -> None:
    made = subprocess.run(
        [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "ncii",
            "-E",
            "UTF8",
            "--locale=C",
            "-A",
            "trust",
            "--no-sync",
        ],
        user=user,
        cwd=data.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed:\n{made.stdout}")


def wait_for_postgres(port: int, server: Child) -> None:
    """Wait past `the database system is starting up`, which the open port alone does not tell."""
    programs = tools.find("postgres")
    wait_for_port(port, server)
    for _ in range(600):
        asked = subprocess.run([programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)])
        if asked.returncode == 0:
            return
        time.sleep(0.05)
    raise TimeoutError(f"PostgreSQL is not ready:\n{server.log_tail()}")


def postgres_child(port: int, folder: Path) -> Child:
    """A PostgreSQL that keeps its data in `folder`, made now, and finds it again after a kill.

    `fsync` is off: what is tested is what the product does, not what a disk does at power loss.
    """
    programs, user = tools.find("postgres"), _unprivileged_user()
    log = folder / "log"
    log.touch()
    if user:
        shutil.chown(folder, user)
    _init_postgres(programs, folder / "data", user)
    settings = (
        "fsync=off",
        "full_page_writes=off",
        "max_connections=200",
        f"unix_socket_directories={folder}",
    )
    options = [part for setting in settings for part in ("-c", setting)]
    where = ["-D", str(folder / "data"), "-h", "127.0.0.1", "-p", str(port)]
    return Child(
        "PostgreSQL",
        [str(programs / "postgres"), *where, *options],
        env={"PATH": os.defpath, "LC_ALL": "C"},
        log=log,
        user=user,
        stop_signal=signal.SIGINT,
    )


def postgres_url(port: int) -> str:
    """The URL of the `ncii` role's maintenance database."""
    return f"postgres://ncii@127.0.0.1:{port}/postgres"


@contextmanager
def postgres() -> Iterator[str]:
    """A running PostgreSQL; gives the URL of its maintenance database."""
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="ncii-pg-"))
    try:
        server = postgres_child(port, folder)
        try:
            server.start()
            wait_for_postgres(port, server)
            yield postgres_url(port)
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def redis_child(port: int, folder: Path) -> Child:
    """A Redis that keeps its data in `folder` (append-only) and finds it again after a kill."""
    options = ("--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction")
    return Child(
        "Redis",
        [
            str(tools.find("redis")),
            "--bind",
            "127.0.0.1",
            "--port",
            str(port),
            "--dir",
            str(folder),
            *options,
        ],
        env={"PATH": os.defpath},
        log=folder / "redis.log",
    )


@contextmanager
def redis() -> Iterator[str]:
    """A running Redis; gives its URL without a database number."""
    port = free_port()
    folder = Path(tempfile.mkdtemp(prefix="ncii-redis-"))
    server = redis_child(port, folder)
    try:
        server.start()
        wait_for_port(port, server)
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
