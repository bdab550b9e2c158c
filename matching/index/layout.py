"""What an index file holds and where: header, then five arrays, little-endian.

header     one page: magic, version, bands, rows, anchor, time of building, digests
codes      rows x 4  u64   the hashes, by rising database key
keys       rows      i64   their database keys
slots      slots + 1 u32   where each slot's postings begin (CSR)
postings   bands x rows u32  rows of `codes`, by slot
checks     pages     u64   a digest of each page of the four arrays before
"""

import hashlib
import struct
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching.index.bands import Bands
from matching.index.codes import WORDS

PAGE = 4096
MAGIC = b"NCIIPDQ\n"
VERSION = 2
_HEADER = struct.Struct("<8sIIQqqq32s32s")
_DIGEST = hashlib.sha256
MOST_POSTINGS = 2**32 - 1


class BadFile(Exception):
    """The file is no index of ours, or not a whole one. The message says what is wrong."""


class OtherFormat(BadFile):
    """An index of another release of ours: of no use here, and no fault."""


class Unopened(BadFile):
    """The system did not open or map the file: that says nothing of what is in it."""


class Anchor(NamedTuple):
    """A place in the feed that no other feed has: a sequence number and when it was published.

    A bank that was restored from a backup counts on from an older number, and will pass this
    one at another microsecond.
    """

    seq: int
    published_us: int


class Span(NamedTuple):
    """Where an array lies in the file."""

    offset: int
    dtype: "np.dtype[np.generic]"
    length: int

    @property
    def end(self) -> int:
        """The first byte after it, rounded up to a page."""
        return -(-(self.offset + self.dtype.itemsize * self.length) // PAGE) * PAGE


@dataclass(frozen=True)
class Header:
    """What an index file says of itself.

    `checks` is the SHA-256 of the array of that name, `body` that of all after the header.
    """

    rows: int
    bands: Bands
    anchor: Anchor
    built_us: int
    checks: bytes
    body: bytes

    @property
    def layout(self) -> "Layout":
        """Where the arrays lie."""
        return Layout(self.rows, self.bands)

    @property
    def file_bytes(self) -> int:
        """Bytes of the whole file."""
        return self.layout.size

    def pack(self) -> bytes:
        """Return the header's page, sealed with its own SHA-256."""
        fields = _HEADER.pack(
            MAGIC,
            VERSION,
            self.bands.count,
            self.rows,
            self.anchor.seq,
            self.anchor.published_us,
            self.built_us,
            self.checks,
            self.body,
        )
        return (fields + _DIGEST(fields).digest()).ljust(PAGE, b"\0")

    @classmethod
    def unpack(cls, page: bytes) -> "Header":
        """Read a header's page; raise BadFile."""
        if len(page) < PAGE:
            raise BadFile("shorter than a header")
        fields = page[: _HEADER.size]
        magic, version, bands, rows, seq, published, built, checks, body = _HEADER.unpack(fields)
        if magic != MAGIC:
            raise BadFile("not an index")
        if version != VERSION:
            raise OtherFormat(f"format {version}, not {VERSION}")
        if _seal_of(page) != _DIGEST(fields).digest():
            raise BadFile("damaged header")
        return cls(rows, Bands(bands), Anchor(seq, published), built, checks, body)


def _seal_of(page: bytes) -> bytes:
    return page[_HEADER.size : _HEADER.size + _DIGEST().digest_size]


@dataclass(frozen=True)
class Layout:
    """The spans of an index of so many rows in so many bands."""

    rows: int
    bands: Bands

    @property
    def codes(self) -> Span:
        """Span of the codes."""
        return Span(PAGE, np.dtype("<u8"), self.rows * WORDS)

    @property
    def keys(self) -> Span:
        """Span of the database keys."""
        return Span(self.codes.end, np.dtype("<i8"), self.rows)

    @property
    def slots(self) -> Span:
        """Span of the slots."""
        return Span(self.keys.end, np.dtype("<u4"), self.bands.first_slots[-1] + 1)

    @property
    def postings(self) -> Span:
        """Span of the postings."""
        return Span(self.slots.end, np.dtype("<u4"), self.bands.count * self.rows)

    @property
    def checks(self) -> Span:
        """Span of the digests: one for each page between the header and them."""
        begin = self.postings.end
        return Span(begin, np.dtype("<u8"), begin // PAGE - 1)

    @property
    def size(self) -> int:
        """Bytes of the whole file."""
        return self.checks.end
