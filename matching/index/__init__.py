"""The Hamming index: which hashes of the bank are near a picture's.

`search` is the one way in: for look-ups, for the count of duplicates, and for every other question
of what is near. How it works, and why no answer can be wrong: docs/matching.md.
"""

from collections.abc import Sequence
from functools import lru_cache

from matching.index import files
from matching.index.codes import REACH
from matching.index.live import LiveIndex, Match
from matching.index.status import Health, IndexStatus, health_of, status_of

__all__ = ["REACH", "Health", "IndexStatus", "Match", "health", "search", "status"]


def search(values: Sequence[str], max_distance: int = REACH) -> list[list[Match]]:
    """Return for each PDQ value the active hashes within `max_distance`, nearest first.

    Exact: every hash that partners see as active and that is near is found, and no other. The
    bank is asked for its newest publication first. Raises ValueError for a value that is not 64
    hexadecimal digits, or a distance outside 0 to 31.
    """
    return _index().search(values, max_distance)


def health() -> Health:
    """Return whether this machine's index needs a person; costs little to ask."""
    return health_of(_index())


def status() -> IndexStatus:
    """Return how this process's index stands, for staff."""
    return status_of(_index())


@lru_cache(maxsize=1)
def _index() -> LiveIndex:
    return LiveIndex(files.default_folder())
