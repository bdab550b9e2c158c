"""The product on a PostgreSQL of its own, so that the database can be killed as well; or on SQLite."""

import os
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from ncii.dev.processes import Child, free_port
from ncii.dev.servers import postgres_child, postgres_url, wait_for_postgres
from ncii.tests.stack import Stack

Kind = Literal["postgres", "sqlite"]
PARTS = {
    "postgres": ("worker", "database", "worker", "broker", "beat", "web"),
    "sqlite": ("worker", "beat", "web"),
}


class Product(Stack):
    """A stack whose parts are killed; on PostgreSQL with one part more: `database`."""

    def __init__(self, kind: Kind, port: int, folder: Path) -> None:
        self.kind = kind
        self.database_port = port
        self._server = postgres_child(port, folder) if kind == "postgres" else None
        self._next_kills: list[str] = []
        super().__init__()

    @property
    def server(self) -> Child:
        if self._server is None:
            raise RuntimeError("SQLite has no server.")
        return self._server

    def kill_something(self) -> str:
        """SIGKILL a part, and start it again a moment later; return its name."""
        if not self._next_kills:
            parts = PARTS[self.kind]
            self._next_kills = random.sample(parts, len(parts))
        name = self._next_kills.pop()
        if name == "database":
            self.server.kill()
            time.sleep(random.random())
            self.start_database()
        else:
            self.kill(name)
            time.sleep(random.random())
            self.start_again(name)
        return name

    def start_database(self) -> None:
        if self._server:
            self._server.start()
            wait_for_postgres(self.database_port, self._server)

    def stop_database(self) -> None:
        if self._server:
            self._server.stop()


@contextmanager
def product(kind: Kind = "postgres") -> Iterator[Product]:
    """Run the product; DATABASE_URL of this process leads to its server meanwhile, if it has one."""
    folder = Path(tempfile.mkdtemp(prefix="ncii-chaos-"))
    port = free_port()
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = postgres_url(port) if kind == "postgres" else ""
    try:
        stack = Product(kind, port, folder)
        try:
            stack.start_database()
            with stack:
                yield stack
        finally:
            stack.stop_database()
    finally:
        if before is None:
            del os.environ["DATABASE_URL"]
        else:
            os.environ["DATABASE_URL"] = before
        shutil.rmtree(folder, ignore_errors=True)
