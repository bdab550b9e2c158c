"""A product whose database, broker and files share one small disk, and the disk full.

On SQLite with the broker in files, as shipped, and on PostgreSQL with Redis.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread

import pytest

from ncii.dev.servers import wait_for_postgres
from ncii.tests.chaos.product import Kind, Product, product

# PostgreSQL's own files and its log of what is written ahead take more.
MEGABYTES: dict[Kind, int] = {"sqlite": 48, "postgres": 320}


class Cramped:
    """The product, and the folder that is its disk. While it is entered, and the disk has room,
    whatever ends over a full disk is started again, as an orchestrator does it: some parts take
    their time to end.
    """

    def __init__(self, stack: Product, disk: Path) -> None:
        self.stack = stack
        self._disk = disk
        self._has_room = Lock()
        self._over = Event()
        self._orchestrator = Thread(target=self._go_on_starting, daemon=True)

    def __enter__(self) -> "Cramped":
        self._orchestrator.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._orchestrator.join()

    @contextmanager
    def full(self) -> Iterator[None]:
        """Fill the disk, and make room afterwards."""
        with self._has_room:
            filler = _fill(self._disk)
            try:
                yield
            finally:
                filler.unlink()
                self._start_what_ended()

    def _go_on_starting(self) -> None:
        while not self._over.wait(0.5):
            with self._has_room:
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
            with Cramped(stack, disk) as cramped:
                yield cramped


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
