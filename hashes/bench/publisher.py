"""What the change log costs its writers, and how long a change takes into the feed.

Sixteen processes put cases of ten hashes into the bank, a transaction a case, each with a pause of
up to 20 ms before its commit, as requests of people have; each has written some before the clock
starts, and a whole round goes before the first that counts. By turns they do so with the change
log, while the product's own worker publishes, woken through the broker; and without: the same code
and statements but for the log's, and nobody woken.
Then they write once more with the log while a reader follows. The lag is from a commit to the
moment when that reader, who asks every 5 ms, is handed the case's last hash. PUBLICATION_INTERVAL
is 0, as shipped: an installation that mixes cases for longer adds that much.
"""

import multiprocessing as mp
import random
import secrets
import time
from typing import Any

from django.db import connection, connections, transaction

from hashes import claim_rows, services
from hashes.selectors import feed_head, feed_page, unpublished
from hashes.services import SignalClaim, make_claims
from ncii.lib.days import today
from ncii.tests.stack import Stack

_NO_CHANGES = "SELECT DISTINCT hash_id, NULL::bigint AS id FROM wanted"
WRITERS, WARM_UP, CASES, HASHES, PAUSE, ROUNDS = 16, 5, 120, 10, 0.02, 5


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
    _rate(is_logged=True)
    rounds = [(_rate(is_logged=False), _rate(is_logged=True)) for _ in range(ROUNDS)]
    without, full = (sorted(rates)[ROUNDS // 2] for rates in zip(*rounds, strict=True))
    print(f"{WRITERS} writers: {without:,.0f} claims/s without a change log, {full:,.0f} with it")
    print(f"with / without: {full / without:.2f}")
    print("round by round: " + ", ".join(f"{b / a:.2f}" for a, b in rounds))
    lags = sorted(_lags())
    p50, p99 = (1000 * lags[int(len(lags) * part)] for part in (0.5, 0.99))
    print(f"feed lag of {len(lags)} cases: p50 {p50:.0f} ms, p99 {p99:.0f} ms")


def _rate(*, is_logged: bool) -> float:
    """Return how many claims a second all writers made."""
    seconds, _ = _written(is_logged=is_logged)
    return WRITERS * CASES * HASHES / seconds


def _written(*, is_logged: bool) -> tuple[float, dict[str, float]]:
    """Return how long all writers took, and when each case, by its last value, was committed."""
    _wait_until_published()
    with connection.cursor() as cursor:
        # PostgreSQL does so by itself, once a minute: it would be a matter of chance which rounds
        # begin with statistics of an empty bank.
        cursor.execute("ANALYZE hashes_hash, hashes_change, hashes_claim")
    connections.close_all()
    context = mp.get_context("fork")
    ready, committed = context.Barrier(WRITERS + 1), context.Queue()
    writers = [
        context.Process(target=_write, args=(number, is_logged, ready, committed))
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    ready.wait(60)
    started = time.monotonic()
    cases = [case for _ in writers for case in committed.get(timeout=300)]
    for writer in writers:
        writer.join()
    return max(moment for _, moment in cases) - started, dict(cases)


def _write(number: int, is_logged: bool, ready: Any, committed: Any) -> None:
    if not is_logged:
        claim_rows._CHANGES = _NO_CHANGES
        services._tell = lambda: None
    chance = random.Random(number)
    for _ in range(WARM_UP):
        _write_case(chance)
    ready.wait(60)
    committed.put([_write_case(chance) for _ in range(CASES)])
    connections.close_all()


def _write_case(chance: random.Random) -> tuple[str, float]:
    """Write a case; return its last value, and when it was committed."""
    values = [secrets.token_hex(16) for _ in range(HASHES)]
    with transaction.atomic():
        wanted = [SignalClaim("VideoMD5", value, "original") for value in values]
        make_claims(wanted, source="case", on=today())
        time.sleep(chance.random() * PAUSE)
    return values[-1], time.monotonic()


def _wait_until_published() -> None:
    while unpublished().exists():
        time.sleep(0.1)
    time.sleep(1)


def _lags() -> list[float]:
    """Return the seconds from each case's commit until it was read."""
    _wait_until_published()
    head = feed_head()
    connections.close_all()
    context = mp.get_context("fork")
    seen = context.Queue()
    reader = context.Process(target=_read, args=(head.seq if head else 0, seen))
    reader.start()
    _, committed = _written(is_logged=True)
    times = seen.get(timeout=300)
    reader.join()
    return [times[value] - moment for value, moment in committed.items()]


def _read(place: int, seen: Any) -> None:
    """Read on until as many hashes have come as are written, and tell when each came."""
    times: dict[str, float] = {}
    while len(times) < WRITERS * (WARM_UP + CASES) * HASHES:
        page = feed_page(place, limit=5000)
        now, place = time.monotonic(), page.reached(place)
        times |= {bytes(value)[:16].hex(): now for value in page.records["value"]}
        time.sleep(0.005)
    connections.close_all()
    seen.put(times)
