"""A product whose database, broker and files share one small disk, and the disk full.

On SQLite with the broker in files, as shipped, and on PostgreSQL with Redis.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from ncii.dev.servers import wait_for_postgres
from ncii.tests.chaos.product import Kind, Product, product

# PostgreSQL's own files and its log of what is written ahead take more.
MEGABYTES: dict[Kind, int] = {"sqlite": 48, "postgres": 320}


@dataclass
class Cramped:
    """The product, and the folder that is its disk."""

    stack: Product
    disk: Path

    @contextmanager
    def full(self) -> Iterator[None]:
        """Fill the disk; afterwards make room and start whatever has ended over it, as an
        orchestrator goes on trying to.
        """
        filler = _fill(self.disk)
        try:
            yield
        finally:
            filler.unlink()
            self._start_what_ended()

    def _start_what_ended(self) -> None:
        stack = self.stack
        if stack.kind == "postgres":
            if not stack.server.alive():
                stack.start_database()
            wait_for_postgres(stack.database_port, stack.server)
        for name, child in stack.children.items():
            if not child.alive():
                stack.start_again(name)


@pytest.fixture(params=MEGABYTES)
def cramped(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cramped]:
    """A product on a disk of its own; needs root."""
    kind: Kind = request.param
    with _small_disk(MEGABYTES[kind]) as disk:
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        with product(kind) as stack:
            monkeypatch.undo()
            yield Cramped(stack, disk)


@contextmanager
def _small_disk(megabytes: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ncii-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder]
        if subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("making a small disk needs root")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def _fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler
