"""Backups of a stack's database, taken while it runs, and put back as a stranger would."""

import shutil
import sqlite3
import subprocess
from pathlib import Path

from ncii.dev import tools
from ncii.tests.stack import Stack


def back_up(stack: Stack, to: Path) -> None:
    """Write a copy of the database to the file `to`."""
    if stack.on_postgres:
        _run(["pg_dump", "--format=custom", f"--file={to}", stack.env["DATABASE_URL"]])
        return
    with sqlite3.connect(_sqlite_file(stack)) as database:
        database.execute("VACUUM INTO ?", [str(to)])


def put_back(stack: Stack, copy: Path) -> None:
    """Destroy the database and put the copy in its place. Nothing may be connected to it."""
    if stack.on_postgres:
        server, _, name = stack.env["DATABASE_URL"].rpartition("/")
        maintenance = f"--maintenance-db={server}/postgres"
        _run(["dropdb", "--force", maintenance, name])
        _run(["createdb", maintenance, name])
        _run(["pg_restore", "--exit-on-error", f"--dbname={server}/{name}", str(copy)])
        return
    file = _sqlite_file(stack)
    for path in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")):
        path.unlink(missing_ok=True)
    shutil.copy(copy, file)


def _sqlite_file(stack: Stack) -> Path:
    return Path(stack.env["DATABASE_URL"].removeprefix("sqlite:///"))


def _run(command: list[str]) -> None:
    program, *arguments = command
    subprocess.run([tools.find("postgres") / program, *arguments], check=True)
