"""The base: an index file, mapped into memory and shared by all processes that open it."""

import mmap
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.index.codes import WORDS, Codes, Hits, Integers, differing
from matching.index.layout import BadFile, Header, Span, Unopened
from matching.index.pages import Pages
from matching.index.soundness import checks_digest, is_proven, prove, read_header

# Places and candidates looked at in one pass: their arrays stay in a core's cache.
_PASS = 40_000
# Candidates compared at once, however many hashes share a slot: bounds the memory of a query.
_MOST_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class Base:
    """An open index file. Its arrays live as long as this object, whatever becomes of the file."""

    path: Path
    header: Header
    pages: Pages
    codes: Codes
    keys: Integers
    slots: npt.NDArray[np.uint32]
    postings: npt.NDArray[np.uint32]

    @classmethod
    def open(cls, path: Path) -> "Base":
        """Map the file at `path`; raise BadFile, also where there is none.

        Reads the header, and of a file that nobody has read through since this boot the array
        of digests (2 bytes a thousand); its pages are checked when they are used.
        """
        try:
            file = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise Unopened(error.strerror or "unreadable") from error
        try:
            return cls._opened(path, file)
        except BaseException as error:
            os.close(file)
            if isinstance(error, OSError):
                raise Unopened(error.strerror or "unreadable") from error
            raise

    @classmethod
    def _opened(cls, path: Path, file: int) -> "Base":
        header = read_header(file)
        layout = header.layout
        proven = is_proven(path, file)
        if not proven and checks_digest(file, layout) != header.checks:
            raise BadFile("damaged checks")
        memory = mmap.mmap(file, 0, prot=mmap.PROT_READ)
        return cls(
            path=path,
            header=header,
            codes=_array(memory, layout.codes).reshape(-1, WORDS),
            keys=_array(memory, layout.keys),
            slots=_array(memory, layout.slots),
            postings=_array(memory, layout.postings),
            pages=Pages(file, layout, _array(memory, layout.checks), whole=proven),
        )

    def prove(self) -> None:
        """Read the whole file, unless somebody has since this boot; raise BadFile."""
        if not self.pages.whole:
            prove(self.path, self.pages.file, self.header)
            self.pages.whole = True

    def __len__(self) -> int:
        return self.header.rows

    def search(self, queries: Codes, radius: int) -> Hits:
        """Return every code within `radius` (0 to 255) of each query, shape (q, 4).

        A hit may come more than once, from several bands. Raises BadFile for a damaged page, and
        IndexError where the file leads out of itself.
        """
        probes = self.header.bands.probes(radius)
        expected = len(probes) * (1 + len(self) / self.slots.size * self.header.bands.count)
        at_once = max(1, int(_PASS / expected))
        parts = [
            self._pass(queries[start : start + at_once], radius).shifted(queries=start)
            for start in range(0, len(queries), at_once)
        ]
        return Hits.joined(parts)

    def keys_of(self, rows: Integers) -> Integers:
        """Return the database keys of these rows; raise BadFile."""
        self.pages.need("keys", rows)
        return self.keys[rows]

    def _pass(self, queries: Codes, radius: int) -> Hits:
        probes = self.header.bands.probes(radius)
        places = self.header.bands.keys(queries).take(probes.bands, axis=1)
        places ^= probes.flips
        places = places.ravel()
        self.pages.need("slots", places)
        begins = self.slots.take(places)
        places += 1
        self.pages.need("slots", places)
        posted = self.slots.take(places) - begins
        filled = np.flatnonzero(posted)
        begins, lengths = begins.take(filled), posted.take(filled).astype(np.int64)
        if lengths.max(initial=0) > len(self):
            raise IndexError("a slot holds more than the bank")
        asking = filled // len(probes)
        ends = np.cumsum(lengths)
        parts = [
            self._compare(queries, radius, begins[part], lengths[part], asking[part])
            for part in _parts(ends)
        ]
        return Hits.joined(parts)

    def _compare(
        self,
        queries: Codes,
        radius: int,
        begins: npt.NDArray[np.uint32],
        lengths: Integers,
        asking: Integers,
    ) -> Hits:
        """Compare the codes posted in runs of `lengths` from `begins` with the query that asks."""
        ends = np.cumsum(lengths)
        total = int(ends[-1])
        posted = np.repeat(begins - ends + lengths, lengths)
        posted += np.arange(total)
        self.pages.need("postings", posted)
        rows = self.postings.take(posted)
        self.pages.need("codes", rows)
        pairs = self.codes.take(rows, axis=0)
        asked = np.repeat(asking, lengths)
        pairs ^= queries.take(asked, axis=0)
        found, distances = differing(pairs, radius)
        return Hits(rows.take(found).astype(np.int64), asked.take(found), distances)


def _parts(ends: Integers) -> list[slice]:
    """Cut runs that end at `ends` into parts of about _MOST_AT_ONCE; a run stays whole."""
    if not len(ends):
        return []
    if ends[-1] <= _MOST_AT_ONCE:
        return [slice(0, len(ends))]
    part = (ends - 1) // _MOST_AT_ONCE
    cuts = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(ends)]
    return [slice(start, end) for start, end in zip(cuts, cuts[1:], strict=False)]


def _array(memory: mmap.mmap, span: Span) -> npt.NDArray[Any]:
    return np.frombuffer(memory, span.dtype, span.length, span.offset)
