"""A look-up as a request makes it: the feed's head asked, the index searched, answers confirmed.

And what a publication costs the first look-up after it. On a test database of the configured kind.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
from django.db import connection, transaction

from hashes.publisher import publish
from hashes.services import SignalClaim, make_claims
from matching.index import builder
from matching.index.codes import to_hex
from matching.index.live import LiveIndex

ROWS, ADDED, BATCH = 20_000, 100, 1000
_A_CASE = 1000


def values(count: int, seed: int) -> list[str]:
    """Return random hashes, always the same."""
    return to_hex(np.random.default_rng(seed).integers(0, 2**64, (count, 4), dtype=np.uint64))


def bring_in(wanted: list[str]) -> None:
    """Claim and publish."""
    for start in range(0, len(wanted), _A_CASE):
        some = wanted[start : start + _A_CASE]
        with transaction.atomic():
            claims = [SignalClaim("ImagePDQ", value, "as-displayed", 100) for value in some]
            make_claims(claims, source="case", on=date(2026, 1, 2))
    publish()


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def measure(folder: Path) -> None:
    """Print the times of one bank."""
    known, strangers, later = values(ROWS, 1), values(BATCH, 2), values(ADDED, 3)
    bring_in(known)
    print(
        f"{connection.vendor}, {ROWS:,} hashes; made in {milliseconds(lambda: builder.build(folder)):.0f} ms"
    )
    index = LiveIndex(folder)
    print(f"  first look-up of a process {milliseconds(lambda: index.search(known[:1])):6.2f} ms")
    for name, asked in (("a stranger", strangers), ("a hash of the bank", known)):
        times = [milliseconds(partial(index.search, [value])) for value in asked[:BATCH]]
        print(f"  one look-up of {name:18} {statistics.median(times):6.2f} ms")
        batch = milliseconds(partial(index.search, asked[:BATCH]))
        print(f"  {BATCH:,} at once {batch:29.2f} ms")
    taken_up = []
    for value in later:
        bring_in([value])
        taken_up.append(milliseconds(index.view))
        assert index.search([value], 0)[0]
    print(f"  a publication taken up in {statistics.median(taken_up):13.2f} ms")


def main() -> None:
    """Print what look-ups cost."""
    connection.creation.create_test_db(verbosity=0, serialize=False)
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder))
