"""The index against python-threatexchange's and faiss's, all exact, in one process on one core.

Ours is timed from hexadecimal queries to database keys, as a look-up uses it; faiss from ready
bytes to row numbers. 1,000,000 hashes, and 10,000,000 with BENCH_10M=1, which takes some 10 GB of
memory (faiss's, not ours) and a quarter of an hour.
"""

import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt
from threatexchange.signal_type.pdq.pdq_index import PDQIndex

from matching.index.base import Base
from matching.index.codes import REACH, Codes, from_hex, to_hex
from matching.index.layout import Anchor
from matching.index.live import View
from matching.index.recent import Recent
from matching.index.writer import Batch, write

QUERIES = 1000
GROWTH = (100_000, 300_000, 1_000_000)
GROWTH_10M = (*GROWTH, 3_000_000, 10_000_000)
_AT_ONCE = 100_000
# What faiss's larger index takes.
_GB_A_MILLION = 1.0

Search = Callable[[slice], int]


@dataclass(frozen=True)
class Bank:
    """Hashes and queries. One hash in ten is an altered copy of another; so is every other query
    of a hash in the bank."""

    codes: Codes
    queries: Codes

    @classmethod
    def make(cls, rows: int) -> "Bank":
        """Return a bank of that size, always the same."""
        chance = np.random.default_rng(rows)
        codes = chance.integers(0, 2**64, (rows, 4), dtype=np.uint64)
        codes[-rows // 10 :] = _altered(codes[: rows // 10], chance)
        queries = chance.integers(0, 2**64, (QUERIES, 4), dtype=np.uint64)
        queries[::2] = _altered(codes[chance.integers(0, rows, QUERIES // 2)], chance)
        return cls(codes, queries)

    @property
    def hex_queries(self) -> list[str]:
        """The queries as partners send them."""
        return to_hex(self.queries)


@dataclass(frozen=True)
class Times:
    """Of one index: seconds to add all and one more, and of a query; how many hits `asked` had."""

    name: str
    add_all: float
    add_one: float
    single: float
    batch: float
    asked: int
    found: int


def _altered(codes: Codes, chance: np.random.Generator) -> Codes:
    """Turn up to 36 bits of each code, most often far fewer, so that some land beyond reach."""
    altered = codes.copy()
    wanted = chance.integers(0, 37, len(codes))
    for number in range(36):
        rows = np.flatnonzero(wanted > number)
        bits = chance.integers(0, 256, len(rows))
        altered[rows, bits // 64] ^= np.uint64(1) << (bits % 64).astype(np.uint64)
    return altered


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def timed(
    name: str,
    search: Search,
    add_all: Callable[[], object],
    add_one: Callable[[], object],
    asked: int = QUERIES,
) -> Times:
    """Add all, ask so many queries one by one (median) and in a batch (best of 3), add one."""
    all_added = seconds(add_all)
    search(slice(0, 20))
    singles = []
    for at in range(asked):
        started = time.perf_counter()
        search(slice(at, at + 1))
        singles.append(time.perf_counter() - started)
    batches, found = [], 0
    for _ in range(3):
        started = time.perf_counter()
        found = search(slice(0, asked))
        batches.append((time.perf_counter() - started) / asked)
    return Times(
        name, all_added, seconds(add_one), statistics.median(singles), min(batches), asked, found
    )


def our_search(path: Path, bank: Bank) -> Search:
    """Return our whole way from hexadecimal queries to (query, database key), but the database."""
    view = View(Anchor(1, 1), Base.open(path), Recent.empty())
    values = bank.hex_queries
    return lambda part: len(view.candidates(from_hex(values[part]), REACH))


def ours(bank: Bank, path: Path) -> Times:
    """Time our file, and a row added in memory."""
    one: Batch = (np.array([1]), bank.codes[:1])
    search: list[Search] = []

    def add_all() -> None:
        write(path, _batches(bank.codes), Anchor(1, 1))
        search.append(our_search(path, bank))

    recent = Recent.empty().plus(one)
    return timed("ours", lambda part: search[0](part), add_all, lambda: recent.plus(one))


def _batches(codes: Codes) -> Iterator[Batch]:
    for start in range(0, len(codes), _AT_ONCE):
        some = codes[start : start + _AT_ONCE]
        yield np.arange(start, start + len(some)), some


def threatexchange(bank: Bank) -> Times:
    """Time the index that python-threatexchange gives its users for PDQ."""
    index: PDQIndex[int] = PDQIndex()
    values = bank.hex_queries

    def add_all() -> None:
        for keys, codes in _batches(bank.codes):
            index.add_all(list(zip(to_hex(codes), keys.tolist(), strict=True)))

    def search(part: slice) -> int:
        return sum(len(index.query(value)) for value in values[part])

    asked = 100 if len(bank.codes) > GROWTH[-1] else QUERIES
    return timed("threatexchange PDQIndex", search, add_all, lambda: index.add(values[1], 0), asked)


def of_faiss(name: str, index: "faiss.IndexBinary", bank: Bank, asked: int = QUERIES) -> Times:
    """Time one of faiss's."""
    queries = _bytes(bank.queries)

    def add_all() -> None:
        for _, codes in _batches(bank.codes):
            index.add(_bytes(codes))

    def search(part: slice) -> int:
        return int(index.range_search(queries[part], REACH + 1)[0][-1])

    return timed(name, search, add_all, lambda: index.add(queries[1:2]), asked)


def multi_hash(bank: Bank, bands: int, width: int, flips: int) -> Times:
    """Time faiss's multi-index hashing; exact, as bands * (flips + 1) > 31."""
    index = faiss.IndexBinaryMultiHash(256, bands, width)
    index.nflip = flips
    return of_faiss(f"faiss MultiHash {bands} x {width} bits, {flips} flips", index, bank)


def _bytes(codes: Codes) -> npt.NDArray[np.uint8]:
    return codes.astype(">u8").view(np.uint8).reshape(-1, 32)


def compare(rows: int, folder: Path) -> None:
    """Print every index's times at this size. Raises AssertionError if their answers differ."""
    bank, path = Bank.make(rows), folder / f"pdq-{rows}.index"
    print(f"\n{rows:,} hashes", flush=True)
    own = ours(bank, path)
    _print_line(own, own)
    _print_opening(path, bank)
    for rival in (
        threatexchange,
        lambda bank: of_faiss("faiss BinaryFlat", faiss.IndexBinaryFlat(256), bank, 100),
        lambda bank: multi_hash(bank, 16, 16, 1),
        lambda bank: multi_hash(bank, 11, 23, 2),
    ):
        if _available_gb() < rows / 1e6 * _GB_A_MILLION:
            print("  too little memory for the next one: left out")
            continue
        times = rival(bank)
        _print_line(times, own)
        assert times.found == our_search(path, bank)(slice(0, times.asked))
        gc.collect()
    print("  all gave the same number of answers")


def _print_line(times: Times, own: Times) -> None:
    print(
        f"  {times.name:36} one query {times.single * 1e6:7.0f} us "
        f"({times.single / own.single:5.1f} x ours), "
        f"of a batch {times.batch * 1e6:7.0f} us ({times.batch / own.batch:5.1f} x), "
        f"all added in {times.add_all:6.1f} s, one more in {times.add_one * 1e3:6.3f} ms",
        flush=True,
    )


def _print_opening(path: Path, bank: Bank) -> None:
    opened = statistics.median(seconds(lambda: Base.open(path)) for _ in range(20))
    print(
        f"       {Base.open(path).header.bands.count} bands, {path.stat().st_size / 1e6:.0f} MB, "
        f"opened in {opened * 1e3:.2f} ms; "
        f"a further process has {_own_memory(path, bank):.1f} MB for itself",
        flush=True,
    )
    for _ in range(3):
        _print_opening_after_a_boot(path, bank)


def _print_opening_after_a_boot(path: Path, bank: Bank) -> None:
    """Forget that the file was read, and take it out of the machine's memory."""
    path.with_suffix(".stamp").unlink(missing_ok=True)
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    started = time.perf_counter()
    base = Base.open(path)
    opened = time.perf_counter() - started
    first, second = (
        seconds(partial(base.search, bank.queries[at : at + 1], REACH)) for at in (0, 1)
    )
    print(
        f"       after a boot, from the disk: opened in {opened * 1e3:.1f} ms, first query in "
        f"{first * 1e3:.0f} ms, second in {second * 1e3:.0f} ms; "
        f"read through beside that in {seconds(base.prove) * 1e3:.0f} ms",
        flush=True,
    )


def _own_memory(path: Path, bank: Bank) -> float:
    """Return the private memory, in MB, that opening and asking 1,000 queries costs a process."""
    out, end = os.pipe()
    child = os.fork()
    if child == 0:
        before = _private_kb()
        search = our_search(path, bank)
        for at in range(QUERIES):
            search(slice(at, at + 1))
        os.write(end, str((_private_kb() - before) / 1024).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(end)
    with os.fdopen(out) as answer:
        return float(answer.read())


def _available_gb() -> float:
    (line,) = (x for x in Path("/proc/meminfo").read_text().splitlines() if "Available" in x)
    return int(line.split()[1]) / 2**20


def _private_kb() -> int:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty"))


def grow(sizes: tuple[int, ...], folder: Path) -> None:
    """Print how our query grows with the bank, as bars."""
    print("\nGrowth: one query, and the bytes of file for each hash")
    for rows in sizes:
        path = folder / f"grown-{rows}.index"
        bank = Bank.make(rows)
        times = ours(bank, path)
        bar = "#" * round(times.single * 1e6 / 5)
        each = path.stat().st_size / rows
        print(f"  {rows:>10,} {times.single * 1e6:6.0f} us {each:6.0f} B  {bar}", flush=True)
        path.unlink()


def main() -> None:
    """Print the comparison and how our index grows."""
    faiss.omp_set_num_threads(1)
    print(f"faiss {version('faiss-cpu')}, threatexchange {version('threatexchange')}, one core")
    large = os.environ.get("BENCH_10M") == "1"
    with tempfile.TemporaryDirectory() as name:
        for rows in GROWTH_10M[-1:] if large else GROWTH[-1:]:
            compare(rows, Path(name))
        grow(GROWTH_10M if large else GROWTH, Path(name))
