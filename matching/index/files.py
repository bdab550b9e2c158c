"""The folder of index files: the newest, the one before it, and what an interrupted build left."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from matching.index.soundness import forget
from ncii.lib.locks import file_lock

KEPT = 2
_FAILURE, _WANTED = "failure.txt", "wanted"
_SET_ASIDE, _WHY = ".refused", ".why"


def default_folder() -> Path:
    """Return where this installation keeps its index."""
    return Path(settings.VAR_DIR) / "index"


def generations(folder: Path) -> list[Path]:
    """Return the finished index files, newest first."""
    return sorted(folder.glob("pdq-*.index"), reverse=True)


def new_path(folder: Path) -> Path:
    """Return the name of a file that is newer than all others."""
    newest = max((int(path.stem.removeprefix("pdq-")) for path in generations(folder)), default=0)
    return folder / f"pdq-{max(time.time_ns() // 1000, newest + 1):020d}.index"


def last_change(folder: Path) -> int:
    """Return when files last came or went, in nanoseconds; 0 where there is no folder."""
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def put(finished: Path, path: Path) -> None:
    """Give a finished file its name, at once and for good."""
    finished.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sweep(folder: Path, keep: int) -> None:
    """Delete what interrupted builds left, and all index files but the newest `keep`.

    What was set aside goes with the files that are older than it.
    """
    kept = generations(folder)[:keep]
    oldest = min((path.stem for path in kept), default="~")
    for path in folder.iterdir():
        if path.suffix == ".index" and path not in kept:
            forget(path)
        elif _is_remnant(path) or (path.suffix in (_SET_ASIDE, _WHY) and path.stem < oldest):
            path.unlink(missing_ok=True)


def _is_remnant(path: Path) -> bool:
    return path.suffix == ".building" or path.suffix.startswith(".stamp-")


def set_aside(path: Path, why: str) -> None:
    """Take a damaged file out of the way of every process, and note why, if the folder allows."""
    try:
        path.rename(path.with_suffix(_SET_ASIDE))
        forget(path)
        path.with_suffix(_WHY).write_text(why)
    except OSError:
        pass


def refused(folder: Path) -> dict[str, str]:
    """Return the names of files that were set aside, and why."""
    there = sorted(folder.glob(f"pdq-*{_SET_ASIDE}"))
    return {path.stem + ".index": _text(path.with_suffix(_WHY)) or "damaged" for path in there}


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else builds in this folder now. A killed process lets go of the lock."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file_lock(folder / "lock") as mine:
        yield mine


def note_failure(folder: Path, error: str) -> None:
    """Keep why the last build failed, if the disk still takes that; empty after a good one."""
    path = folder / _FAILURE
    try:
        if error:
            path.write_text(error)
        else:
            path.unlink(missing_ok=True)
    except OSError:
        pass


def last_failure(folder: Path) -> str:
    """Return why the last build failed, or nothing."""
    return _text(folder / _FAILURE)


def wanted_since(folder: Path, *, wanted: bool) -> datetime | None:
    """Return when it was first seen that a new file is wanted; None while none is.

    Whoever sees it first leaves a mark in the folder; where that can't be written, it is now.
    """
    mark = folder / _WANTED
    try:
        if not wanted:
            mark.unlink(missing_ok=True)
            return None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not mark.exists():
            mark.touch()
        return datetime.fromtimestamp(mark.stat().st_mtime, UTC)
    except OSError:
        return datetime.now(UTC) if wanted else None


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
