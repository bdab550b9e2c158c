"""Writes an index file from a stream of hashes, in memory that does not grow with the bank."""

import mmap
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.index.bands import Bands, bands_for
from matching.index.codes import WORDS, Codes, Integers
from matching.index.layout import MOST_POSTINGS, PAGE, Anchor, Header, Layout, Span
from matching.index.soundness import body_digest, checks_digest, page_digest

# Rows whose postings are sorted at once: some 30 MB.
_SORTED_AT_ONCE = 1 << 20

Batch = tuple[Integers, Codes]


def write(path: Path, batches: Iterable[Batch], anchor: Anchor, bands: Bands | None = None) -> None:
    """Write the index of all `batches` (database keys and codes, by rising key) to `path`.

    The file is whole and on the disk when this returns. Space for all of it is claimed before the
    arrays are mapped, so that a full disk is an OSError here and never a fault in a mapping.
    """
    with path.open("w+b") as file, tempfile.TemporaryFile(dir=path.parent) as keys:
        rows = _spool(batches, file, keys)
        layout = Layout(rows, bands or bands_for(rows))
        if rows * layout.bands.count > MOST_POSTINGS:
            raise OverflowError(f"{rows} hashes are more than one file can hold")
        os.posix_fallocate(file.fileno(), 0, layout.size)
        file.seek(layout.keys.offset)
        shutil.copyfileobj(keys, file)
        file.flush()
        with mmap.mmap(file.fileno(), layout.size) as memory:
            _write_postings(memory, layout)
            _write_checks(memory, layout)
            checks = checks_digest(file.fileno(), layout)
            memory.flush()
        os.fsync(file.fileno())
        body = body_digest(file.fileno())
        header = Header(rows, layout.bands, anchor, time.time_ns() // 1000, checks, body)
        os.pwrite(file.fileno(), header.pack(), 0)
        os.fsync(file.fileno())


def _spool(batches: Iterable[Batch], file: Any, keys: Any) -> int:
    """Write codes to their place in `file`; put the keys, whose place is not known yet, aside."""
    rows = 0
    file.seek(PAGE)
    for batch_keys, codes in batches:
        rows += len(codes)
        file.write(codes.astype("<u8").tobytes())
        keys.write(batch_keys.astype("<i8").tobytes())
    keys.seek(0)
    return rows


def _write_postings(memory: mmap.mmap, layout: Layout) -> None:
    codes = _array(memory, layout.codes).reshape(-1, WORDS)
    slots = _array(memory, layout.slots)
    postings = _array(memory, layout.postings)
    edges = layout.bands.first_slots
    for band in range(layout.bands.count):
        first, end = edges[band], edges[band + 1]
        counts = np.zeros(end - first, np.uint32)
        for keys, lengths, _ in _runs(codes, layout.bands, band):
            counts[keys - first] += lengths.astype(np.uint32)
        # Where the next posting of each slot goes; slots keep where its first one went.
        free = np.cumsum(counts, dtype=np.uint32)
        free += np.uint32(band * layout.rows)
        free -= counts
        slots[first:end] = free
        for keys, lengths, rows in _runs(codes, layout.bands, band):
            begins = free[keys - first].astype(np.int64)
            run_begins = np.cumsum(lengths) - lengths
            postings[np.repeat(begins - run_begins, lengths) + np.arange(len(rows))] = rows
            free[keys - first] += lengths.astype(np.uint32)
    slots[-1] = layout.bands.count * layout.rows


def _write_checks(memory: mmap.mmap, layout: Layout) -> None:
    checks = _array(memory, layout.checks)
    for number in range(len(checks)):
        checks[number] = page_digest(memory[(number + 1) * PAGE : (number + 2) * PAGE])


def _runs(
    codes: Codes, bands: Bands, band: int
) -> Iterator[tuple[Integers, Integers, npt.NDArray[np.uint32]]]:
    """Yield, for some rows at a time, their distinct keys, how many rows have each, and the rows.

    Rows stand in the order of their keys.
    """
    for start in range(0, len(codes), _SORTED_AT_ONCE):
        some = codes[start : start + _SORTED_AT_ONCE]
        keys = bands.keys(some, slice(band, band + 1)).ravel().astype(np.uint64)
        # Key and row in one number: sorting plain numbers is far faster than sorting by key.
        pairs = keys << np.uint64(32)
        pairs |= np.arange(start, start + len(keys), dtype=np.uint64)
        pairs.sort()
        rows = pairs.astype(np.uint32)
        pairs >>= np.uint64(32)
        keys_of_rows = pairs.astype(np.int64)
        changes = np.flatnonzero(np.diff(keys_of_rows, prepend=-1))
        yield keys_of_rows[changes], np.diff(changes, append=len(rows)), rows


def _array(memory: mmap.mmap, span: Span) -> npt.NDArray[Any]:
    return np.frombuffer(memory, span.dtype, span.length, span.offset)
