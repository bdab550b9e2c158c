"""Whether an index file is whole, without reading all of it each time it is opened.

A file is read through once, and a stamp beside it keeps what identifies it then: this boot of
the machine, and the inode with its size and times. While both are the same, nobody has written
to the file and no power cut has torn it.
"""

import hashlib
import os
from pathlib import Path

from matching.index.layout import PAGE, BadFile, Header, Layout

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_CHUNK = 1 << 20


def read_header(file: int) -> Header:
    """Return the header of an open file; raise BadFile if it or the file's length is wrong."""
    header = Header.unpack(os.pread(file, PAGE, 0))
    size = os.fstat(file).st_size
    if size != Layout(header.rows, header.bands).size:
        raise BadFile(f"{size} bytes long")
    return header


def check_body(path: Path, file: int, header: Header) -> None:
    """Raise BadFile if what follows the header is not what was written."""
    stamp = _stamp_path(path)
    identity = _identity(file)
    if identity and _read(stamp) == identity:
        return
    if body_digest(file) != header.body:
        raise BadFile("damaged body")
    keep_stamp(path, file)


def body_digest(file: int) -> bytes:
    """Return the SHA-256 of all after the header."""
    digest = hashlib.sha256()
    at = PAGE
    while chunk := os.pread(file, _CHUNK, at):
        digest.update(chunk)
        at += len(chunk)
    return digest.digest()


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
