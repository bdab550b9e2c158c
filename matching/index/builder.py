"""Makes a new base file from the bank when it is due, and puts it in the old one's place."""

import shutil
import time
from pathlib import Path

import structlog

from matching.index import bank, files
from matching.index.base import Base
from matching.index.layout import BadFile, Header, OtherFormat, Unopened
from matching.index.soundness import keep_stamp
from matching.index.writer import write

log = structlog.get_logger("matching.index")

# Fewer hashes are compared one by one faster than a file is asked (matching/bench).
SMALL_BANK = 5_000
# Changes after which a new file is made: until then each query is compared with all of them.
MOST_CHANGES = 20_000
# A file is made anew at least daily, so that what was withdrawn leaves the disk.
OLDEST_US = 24 * 3600 * 1_000_000


NO_FILE = "no file"


def due(folder: Path) -> str:
    """Return why a new file should be made, in a few words; nothing if it need not."""
    head = bank.head()
    if head is None:
        return ""
    header = newest_header(folder)
    if header is None or not bank.holds(header.anchor, head):
        return NO_FILE if bank.has_at_least(SMALL_BANK) or files.generations(folder) else ""
    if head.at.seq - header.anchor.seq >= MOST_CHANGES:
        return "many changes"
    # A file of a day to come was made by a clock that ran ahead; nobody knows how old it is.
    age = time.time_ns() // 1000 - header.built_us
    return "" if 0 <= age < OLDEST_US else "a day old"


def build(folder: Path) -> Path | None:
    """Make a file of the bank as it is now; return it, or None if the bank is small or empty.

    None, too, while another process builds in the same folder. Raises OSError on a full disk;
    the older files stay as they were.
    """
    with files.alone(folder) as alone:
        if not alone:
            return None
        files.sweep(folder, keep=files.KEPT)
        try:
            path = _build(folder)
        except Exception as error:
            files.note_failure(folder, f"{type(error).__name__}: {error}")
            raise
        files.note_failure(folder, "")
        files.wanted_since(folder, wanted=False)
        return path


def scrub(folder: Path) -> None:
    """Read through the files that nobody has read since this boot; set aside what is damaged."""
    for path in files.generations(folder):
        try:
            Base.open(path).prove()
        except (OtherFormat, Unopened):
            continue
        except BadFile as error:
            log.error("file_rejected", file=path.name, reason=str(error))
            files.set_aside(path, str(error))


def newest_header(folder: Path) -> Header | None:
    """Return the header of the newest sound file, whatever bank it was made from."""
    for path in files.generations(folder):
        try:
            return Base.open(path).header
        except BadFile:
            continue
    return None


def _build(folder: Path) -> Path | None:
    # Read before the hashes: what changes while they are read comes after it in the feed.
    head = bank.head()
    if head is None or not bank.has_at_least(SMALL_BANK):
        files.sweep(folder, keep=0)
        return None
    path = files.new_path(folder)
    building = path.with_suffix(".building")
    try:
        write(building, bank.active(), head.at)
        files.put(building, path)
    finally:
        building.unlink(missing_ok=True)
    with path.open("rb") as file:
        keep_stamp(path, file.fileno())
    files.sweep(folder, keep=files.KEPT)
    log.info("index_built", file=path.name, bytes=path.stat().st_size, upto=head.at.seq)
    return path


def disk_free(folder: Path) -> int:
    """Return the bytes that are free where index files are kept."""
    return shutil.disk_usage(next(p for p in (folder, *folder.parents) if p.exists())).free
