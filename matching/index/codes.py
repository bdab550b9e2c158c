"""PDQ hashes as rows of four 64-bit words, and which of them are near a query."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint64]
Integers = npt.NDArray[np.int64]

BITS = 256
WORDS = BITS // 64
HEX_LENGTH = BITS // 4
REACH = 31

# Rows compared at once: with their query and their counts they stay in a core's cache.
_BLOCK = 8192
_SUM_OF_BYTES = np.uint32(0x01010101)


@dataclass(frozen=True)
class Hits:
    """What lies near: parallel arrays of the row found, the query it is near, and the distance."""

    rows: Integers
    queries: Integers
    distances: Integers

    @classmethod
    def joined(cls, parts: Sequence["Hits"]) -> "Hits":
        """Return the hits of all parts, in their order."""
        if not parts:
            return cls(*(np.empty(0, np.int64) for _ in range(3)))
        return cls(
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.queries for part in parts]),
            np.concatenate([part.distances for part in parts]),
        )

    def shifted(self, *, rows: int = 0, queries: int = 0) -> "Hits":
        """Return the same hits, counted from another first row and first query."""
        return Hits(self.rows + rows, self.queries + queries, self.distances)


def from_hex(values: Sequence[str]) -> Codes:
    """Return values of 64 hexadecimal digits as codes, shape (n, 4), most significant word first.

    Raises ValueError for a value of another length or with other characters.
    """
    if any(len(value) != HEX_LENGTH for value in values):
        raise ValueError(f"A PDQ hash has {HEX_LENGTH} hexadecimal digits.")
    raw = bytes.fromhex("".join(values))
    if len(raw) != len(values) * BITS // 8:  # fromhex skips white space
        raise ValueError(f"A PDQ hash has {HEX_LENGTH} hexadecimal digits.")
    return np.frombuffer(raw, ">u8").reshape(-1, WORDS).astype(np.uint64)


def to_hex(codes: Codes) -> list[str]:
    """Return codes, shape (n, 4), as lower-case hexadecimal values."""
    raw = codes.astype(">u8").tobytes().hex()
    return [raw[at : at + HEX_LENGTH] for at in range(0, len(raw), HEX_LENGTH)]


def differing(pairs: Codes, radius: int) -> tuple[Integers, Integers]:
    """Return which rows of `pairs` (codes already XORed, shape (n, 4)) have at most `radius` ones.

    Gives (row numbers, their counts). The four counts of a row are added in one multiplication,
    which wraps at 256 alone, so what seems near is counted once more, in full.
    """
    counts = np.bitwise_count(pairs)
    wrapped = (counts.view(np.uint32).ravel() * _SUM_OF_BYTES) >> np.uint32(24)
    rows = np.flatnonzero(wrapped <= radius)
    distances = counts.take(rows, axis=0).sum(axis=1, dtype=np.int64)
    near = distances <= radius
    return rows[near], distances[near]


def near(codes: Codes, queries: Codes, radius: int) -> Hits:
    """Compare every code, shape (n, 4), with every query, shape (q, 4); return all hits."""
    found = []
    for start in range(0, len(codes), _BLOCK):
        block = codes[start : start + _BLOCK]
        for number, query in enumerate(queries):
            rows, distances = differing(block ^ np.tile(query, (len(block), 1)), radius)
            if len(rows):
                hits = Hits(rows, np.full(len(rows), number), distances)
                found.append(hits.shifted(rows=start))
    return Hits.joined(found)
