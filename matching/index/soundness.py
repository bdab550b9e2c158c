"""Whether an index file is whole, without reading all of it before it can be used.

A file is read through once, and a stamp beside it keeps what identifies it then: this boot of
the machine, and the inode with its size and times. While both are the same, nobody has written
to the file and no power cut has torn it. Until somebody has read it through, each page is checked
when a query first comes to it (matching.index.pages).
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from matching.index.layout import PAGE, BadFile, Header, Layout
from ncii.lib.locks import file_lock

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_CHUNK = 1 << 20


def read_header(file: int) -> Header:
    """Return the header of an open file; raise BadFile if it or the file's length is wrong."""
    header = Header.unpack(os.pread(file, PAGE, 0))
    size = os.fstat(file).st_size
    if size != header.file_bytes:
        raise BadFile(f"{size} bytes long")
    return header


def page_digest(page: bytes) -> int:
    """Return the first 64 bits of the SHA-256 of a page."""
    return int.from_bytes(hashlib.sha256(page).digest()[:8], "little")


def checks_digest(file: int, layout: Layout) -> bytes:
    """Return the SHA-256 of the array of the pages' digests."""
    return _digest(file, layout.checks.offset, layout.checks.end)


def body_digest(file: int) -> bytes:
    """Return the SHA-256 of all after the header."""
    return _digest(file, PAGE, os.fstat(file).st_size)


def is_proven(path: Path, file: int) -> bool:
    """Whether the file was read through since this boot, and nobody has touched it since."""
    identity = _identity(file)
    return bool(identity) and _read(_stamp_path(path)) == identity


def prove(path: Path, file: int, header: Header) -> None:
    """Read the file through, unless that was done; raise BadFile if it is not what was written.

    Other processes of this folder wait meanwhile, and then find the stamp.
    """
    with _one_reader(path.parent):
        if is_proven(path, file):
            return
        try:
            found = body_digest(file)
        except OSError as error:
            raise BadFile(error.strerror or "unreadable") from error
        if found != header.body:
            raise BadFile("damaged body")
        keep_stamp(path, file)


def keep_stamp(path: Path, file: int) -> None:
    """Remember that the file was whole just now. Without a stamp it is only read once more."""
    temporary = _stamp_path(path).with_suffix(f".stamp-{os.getpid()}")
    try:
        temporary.write_text(_identity(file))
        temporary.replace(_stamp_path(path))
    except OSError:
        temporary.unlink(missing_ok=True)


def forget(path: Path) -> None:
    """Delete an index file and its stamp. Processes that have it open keep what they have."""
    path.unlink(missing_ok=True)
    _stamp_path(path).unlink(missing_ok=True)


@contextmanager
def _one_reader(folder: Path) -> Iterator[None]:
    """Wait until nobody else reads a file through; in a folder that can't be written, don't."""
    with ExitStack() as held:
        with suppress(OSError):
            held.enter_context(file_lock(folder / "reading", wait=True))
        yield


def _digest(file: int, at: int, end: int) -> bytes:
    digest = hashlib.sha256()
    while at < end and (chunk := os.pread(file, min(_CHUNK, end - at), at)):
        digest.update(chunk)
        at += len(chunk)
    return digest.digest()


def _stamp_path(path: Path) -> Path:
    return path.with_suffix(".stamp")


def _identity(file: int) -> str:
    boot = _read(_BOOT)
    stat = os.fstat(file)
    parts = (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
    return " ".join([boot, *map(str, parts)]) if boot else ""


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
