"""Hashes that the base does not have: what came after it, or all of a small bank."""

from dataclasses import dataclass

import numpy as np

from matching.index.codes import WORDS, Codes, Hits, Integers, near
from matching.index.writer import Batch

_FIRST_CAPACITY = 1024


@dataclass(frozen=True)
class Recent:
    """Rows in memory, compared one by one with every query.

    Rows are only ever added, behind those that an older object of the same line can see, so
    that readers need no lock. One writer at a time may call `plus`, on the newest object.
    """

    _codes: Codes
    _keys: Integers
    count: int = 0

    @classmethod
    def empty(cls) -> "Recent":
        """Return one without rows."""
        return cls(np.empty((0, WORDS), np.uint64), np.empty(0, np.int64))

    @property
    def codes(self) -> Codes:
        """The codes, shape (count, 4)."""
        return self._codes[: self.count]

    @property
    def keys(self) -> Integers:
        """The database key of each code."""
        return self._keys[: self.count]

    def plus(self, batch: Batch) -> "Recent":
        """Return this and the rows of `batch`."""
        keys, codes = batch
        count = self.count + len(keys)
        grown = self if count <= len(self._keys) else self._with_room_for(count)
        grown._codes[self.count : count] = codes
        grown._keys[self.count : count] = keys
        return Recent(grown._codes, grown._keys, count)

    def search(self, queries: Codes, radius: int) -> Hits:
        """Return every code within `radius` of each query, shape (q, 4)."""
        return near(self.codes, queries, radius)

    def _with_room_for(self, count: int) -> "Recent":
        capacity = max(_FIRST_CAPACITY, count + count // 2)
        codes, keys = np.empty((capacity, WORDS), np.uint64), np.empty(capacity, np.int64)
        codes[: self.count], keys[: self.count] = self.codes, self.keys
        return Recent(codes, keys, self.count)
