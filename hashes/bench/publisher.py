"""What the change log costs its writers, and how long a change takes into the feed.

Sixteen processes put cases of ten hashes into the bank, a transaction a case, each with a pause of
up to 20 ms before its commit, as requests of people have. By turns they do so with the change log,
while the product's own worker publishes, woken through the broker on each commit; and without: the
same statements on the same tables but for the log's, and nobody woken. The lag is from a commit to
the moment when a reader, who asks every 5 ms, is handed the case's last hash.
"""

import multiprocessing as mp
import random
import secrets
import time
from collections.abc import Callable, Sequence
from multiprocessing.sharedctypes import Synchronized
from typing import Any

from django.db import connection, connections, transaction

from hashes import services
from hashes.models import Claim
from hashes.selectors import feed_head, feed_page
from hashes.services import SignalClaim, make_claims
from ncii.lib.days import today
from ncii.tests.stack import Stack

WRITERS, CASES, HASHES, PAUSE, ROUNDS = 16, 60, 10, 0.02, 3
Write = Callable[[Sequence[SignalClaim]], object]


def main() -> None:
    """Print the ratio of writes and the lag. Runs in the environment of a product of its own."""
    with Stack() as stack:
        if not stack.on_postgres:
            print("needs PostgreSQL")
            return
        print(stack.manage("shell", stdin="from hashes.bench import publisher\npublisher.run()\n"))


def run() -> None:
    """Measure in this process's database, which must be one to throw away."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE hashes_claim ALTER announced_id DROP NOT NULL")
    without: list[float] = []
    logged: list[float] = []
    lags: list[float] = []
    for _ in range(ROUNDS):
        without.append(_written(_without_log)[0])
        seconds, late = _written_and_read()
        logged.append(seconds)
        lags += late
    plain, full = (
        WRITERS * CASES * HASHES / sorted(each)[ROUNDS // 2] for each in (without, logged)
    )
    print(f"{WRITERS} writers: {plain:,.0f} claims/s without a change log, {full:,.0f} with it")
    print(f"with / without: {full / plain:.2f}")
    lags.sort()
    p50, p99 = (1000 * lags[int(len(lags) * part)] for part in (0.5, 0.99))
    print(f"feed lag of {len(lags)} cases: p50 {p50:.0f} ms, p99 {p99:.0f} ms")


def _with_log(wanted: Sequence[SignalClaim]) -> object:
    return make_claims(wanted, source="case", on=today())


def _without_log(wanted: Sequence[SignalClaim]) -> object:
    hashes = services._locked_hashes({(item.signal, item.value) for item in wanted})
    return Claim.objects.bulk_create(
        Claim(
            hash=hashes[item.signal, item.value],
            source="case",
            variant=item.variant,
            quality=item.quality,
            made_on=today(),
        )
        for item in wanted
    )


def _written(write: Write) -> tuple[float, dict[str, float]]:
    """Return how long all writers took, and when each case, by its last value, was committed."""
    connections.close_all()
    context = mp.get_context("fork")
    committed: Any = context.Queue()
    writers = [context.Process(target=_write, args=(n, write, committed)) for n in range(WRITERS)]
    started = time.monotonic()
    for writer in writers:
        writer.start()
    cases = [committed.get(timeout=300) for _ in range(WRITERS * CASES)]
    seconds = time.monotonic() - started
    for writer in writers:
        writer.join()
    return seconds, dict(cases)


def _write(number: int, write: Write, committed: Any) -> None:
    chance = random.Random(number)
    for _ in range(CASES):
        values = [secrets.token_hex(16) for _ in range(HASHES)]
        with transaction.atomic():
            write([SignalClaim("VideoMD5", value, "original") for value in values])
            time.sleep(chance.random() * PAUSE)
        committed.put((values[-1], time.monotonic()))
    connections.close_all()


def _written_and_read() -> tuple[float, list[float]]:
    """Return how long all writers took, and the seconds until each case was read."""
    head = feed_head()
    connections.close_all()
    context = mp.get_context("fork")
    over, seen = context.Value("i", 0), context.Queue()
    reader = context.Process(target=_read, args=(head.seq if head else 0, over, seen))
    reader.start()
    seconds, committed = _written(_with_log)
    over.value = len(committed)
    times = seen.get(timeout=300)
    reader.join()
    return seconds, [times[value] - moment for value, moment in committed.items()]


def _read(place: int, over: "Synchronized[int]", seen: Any) -> None:
    """Read on until as many hashes have come as were written, and tell when each came."""
    times: dict[str, float] = {}
    while not over.value or len(times) < over.value * HASHES:
        page = feed_page(place, limit=5000)
        now, place = time.monotonic(), page.reached(place)
        times |= {bytes(value)[:16].hex(): now for value in page.records["value"]}
        time.sleep(0.005)
    connections.close_all()
    seen.put(times)
