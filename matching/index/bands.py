"""Multi-index hashing: how 256 bits are cut into bands, and where a query must look in each.

Norouzi, Punjani and Fleet, "Fast Exact Search in Hamming Space with Multi-Index Hashing", IEEE
TPAMI 36 (6), 2014, in the general form of Qin et al., "GPH: Similarity Search in Hamming Space",
ICDE 2018.

The bands are disjoint. Give band i a number c_i of credits, so that all credits sum to r + 1. If
two codes differed in at least c_i bits of every band, they would differ in at least
sum(c_i) = r + 1 bits. So codes at distance r or less differ, in some band, in at most c_i - 1
bits: it is enough to look, in each band, at all keys within c_i - 1 flips of the query's, and a
band without credits needs no look. For r = 31 and 11 bands the 32 credits are 10 x 3 + 2: two
flips in ten bands, one in the last.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, combinations

import numpy as np

from matching.index.codes import BITS, WORDS, Codes, Integers

# Measured (matching/bench): more bands mean fewer places to look but more false candidates, and
# below 11 bands the places to look outnumber what they spare, even for ten million hashes.
FEWEST, MOST = 11, 16


@dataclass(frozen=True)
class Probes:
    """Where to look for one radius: band `bands[i]`, at the query's key there XOR `flips[i]`."""

    bands: Integers
    flips: Integers

    def __len__(self) -> int:
        return len(self.flips)


@dataclass(frozen=True)
class Bands:
    """A cut of 256 bits into `count` bands as equal as can be, the wider ones first.

    The keys of all bands share one table: band i owns the slots from `first_slots[i]` on, and
    since wider bands come first that number is a multiple of the band's own size.
    """

    count: int

    @cached_property
    def widths(self) -> list[int]:
        """Bits of each band."""
        width, wider = divmod(BITS, self.count)
        return [width + 1] * wider + [width] * (self.count - wider)

    @cached_property
    def first_slots(self) -> list[int]:
        """The first slot of each band, and at the end the number of all slots."""
        return list(accumulate((1 << width for width in self.widths), initial=0))

    def keys(self, codes: Codes, bands: slice = slice(None)) -> Integers:
        """Return the slot of each code, shape (n, 4), in each of the bands, shape (n, bands)."""
        words, shifts = self._words[bands], self._shifts[bands]
        found = codes.take(words, axis=1) << shifts
        # The rest of a band that runs into the next word. In the last word there is no next
        # one, and what is put in its place lies below the band's own bits, which go.
        found |= codes.take(np.minimum(words + 1, WORDS - 1), axis=1) >> (np.uint64(64) - shifts)
        found >>= self._spare[bands]
        found |= self._first[bands]
        return found.astype(np.int64)

    def probes(self, radius: int) -> Probes:
        """Return where to look for everything within `radius`, 0 to 255."""
        return _probes(self, radius)

    @cached_property
    def _begins(self) -> Integers:
        return np.cumsum([0, *self.widths[:-1]])

    @cached_property
    def _words(self) -> Integers:
        return self._begins // 64

    @cached_property
    def _shifts(self) -> Codes:
        return (self._begins % 64).astype(np.uint64)

    @cached_property
    def _spare(self) -> Codes:
        return 64 - np.array(self.widths, np.uint64)

    @cached_property
    def _first(self) -> Codes:
        return np.array(self.first_slots[:-1], np.uint64)


def bands_for(rows: int) -> Bands:
    """Return the cut for a bank of that size: bands some 1.5 bits wider than log2 of its rows."""
    return Bands(min(MOST, max(FEWEST, round(BITS / (np.log2(max(rows, 2)) + 1.5)))))


def share_credits(bands: Bands, radius: int) -> list[int]:
    """Share radius + 1 credits; the narrow bands, last, take what can't be shared evenly."""
    each, left = divmod(radius + 1, bands.count)
    return [each] * (bands.count - left) + [each + 1] * left


@lru_cache(maxsize=256)
def _probes(bands: Bands, radius: int) -> Probes:
    credit = share_credits(bands, radius)
    flips = [_flips(width, n) for width, n in zip(bands.widths, credit, strict=True)]
    return Probes(
        bands=np.repeat(np.arange(bands.count), [len(masks) for masks in flips]),
        flips=np.array([flip for band in flips for flip in band], np.int64),
    )


def _flips(width: int, credit: int) -> list[int]:
    """Return all keys of `width` bits with fewer than `credit` ones.

    Sorted, so that one look often falls into the memory that the last one fetched.
    """
    return sorted(
        sum(1 << bit for bit in chosen)
        for ones in range(credit)
        for chosen in combinations(range(width), ones)
    )
