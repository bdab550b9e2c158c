"""The feed's speed: the export against COPY, pages against plain lists of the REST framework.

BENCH_ROWS is the number of hashes (default 200,000). Everything is asked over HTTP of the running
product, which compresses nothing here, since no reader asks it to; medians of several rounds, taken
in turn.
"""

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
import requests

from ncii.tests.stack import Stack
from partners.tests.tx import new_key

PAGE, LONGEST = 1000, 5000
ROUNDS, WARM = 25, 5
# One video in ten; published ten at a time, as cases come; one in twenty blocked by a platform; a
# second variant of one in ten.
_FILL = """
INSERT INTO hashes_hash (signal, value, state, suspended, confidence, judged, seq, published_state,
                         published_at, variants, variants_ever)
SELECT CASE WHEN n % 10 = 0 THEN 'VideoMD5' ELSE 'ImagePDQ' END,
       CASE WHEN n % 10 = 0 THEN md5(n::text) ELSE md5(n::text) || md5('x' || n) END,
       'Active', false, CASE WHEN n % 20 = 1 THEN 'confirmed' ELSE 'unverified' END, n % 20 = 1, n,
       'Active', now() - ({rows} - n / 10) * interval '1.000001 s', v.bits, v.bits
FROM generate_series(1, {rows}) n,
     LATERAL (SELECT CASE WHEN n % 10 = 0 THEN 1 WHEN n % 10 = 1 THEN 6 ELSE 2 END AS bits) v;
INSERT INTO hashes_change (hash_id, state, seq, published_at)
SELECT id, 'Active', seq, published_at FROM hashes_hash;
INSERT INTO hashes_claim (hash_id, source, variant, quality, made_on, announced_id)
SELECT hash_id, 'case', 'as-displayed', 100, now(), id FROM hashes_change;
INSERT INTO partners_partner (name, active, named, joined_on)
VALUES ('Examplegram', true, false, now());
INSERT INTO partners_feedback (partner_id, hash_id, value, tags, updated_at)
SELECT partner.id, hash.id, 'Blocked', '[]', now()
FROM hashes_hash hash, partners_partner partner WHERE judged AND partner.name = 'Examplegram';
INSERT INTO hashes_feedhead (id, seq, published_at, began_at)
SELECT 1, {rows}, max(published_at), min(published_at) FROM hashes_hash;
ANALYZE;
"""
# The export's columns as they stand in the table: what psql would hand over.
_COPY = """
COPY (SELECT id, signal, value, published_state, confidence, variants, published_at FROM hashes_hash
      WHERE published_state = 'Active') TO STDOUT
"""


def main() -> None:
    """Print the ratios."""
    rows = int(os.environ.get("BENCH_ROWS", "200000"))
    settings = {"PARTNER_RATE_FACTOR": "1000"}
    settings["DJANGO_SETTINGS_MODULE"] = "partners.bench.plain.settings"
    with Stack(settings) as stack:
        if not stack.on_postgres:
            print("needs PostgreSQL")
            return
        url = stack.env["DATABASE_URL"]
        with psycopg.connect(url) as database:
            database.execute(_FILL.format(rows=rows).encode())
        key = new_key(stack, "Bench")
        print(f"{rows:,} rows, load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores")
        _compare_export(stack, url, key, rows)
        _compare_pages(Reader(stack.url, key))


def _compare_export(stack: Stack, url: str, key: str, rows: int) -> None:
    def export() -> None:
        headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
        path = f"{stack.url}/api/v1/hashes/export"
        with requests.get(path, headers=headers, stream=True, timeout=600) as answer:
            size = sum(len(part) for part in answer.iter_content(1 << 16))
        assert size > rows * 100

    def copy() -> None:
        with psycopg.connect(url) as database, database.cursor().copy(_COPY.encode()) as out:
            assert sum(len(part) for part in out) > rows * 64

    exported, copied = _medians(export, copy, rounds=5)
    print(f"export: {rows / exported:,.0f} rows/s over HTTP, COPY {rows / copied:,.0f} rows/s")
    print(f"export / COPY: {copied / exported:.2f}")


class Reader:
    """A client that keeps its connection, so that all is answered by one process."""

    def __init__(self, url: str, key: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc)
        self._headers = {"Authorization": f"Bearer {key}", "Ocp-Apim-Subscription-Key": key}

    def ask(self, path: str, **query: Any) -> tuple[float, Any]:
        """Return how many seconds the answer took, to its last byte, and what it says."""
        started = time.perf_counter()
        self._connection.request("GET", f"{path}?{urlencode(query)}", headers=self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        seconds = time.perf_counter() - started
        assert answer.status == 200, text
        return seconds, json.loads(text)


def _compare_pages(reader: Reader) -> None:
    """Walk the feed page by page in all ways, by turns: each page is another."""
    walks = {
        "columns": _plain_pages(reader, "columns"),
        "plain changes": _plain_pages(reader, "changes"),
        "changes": _change_pages(reader, PAGE),
        "long changes": _change_pages(reader, LONGEST),
        "plain records": _plain_pages(reader, "records"),
        "records": _exchange_pages(reader),
    }
    rounds = [[next(walk) for walk in walks.values()] for _ in range(ROUNDS)][WARM:]
    medians = map(statistics.median, zip(*rounds, strict=True))
    ms = {name: 1000 * seconds for name, seconds in zip(walks, medians, strict=True)}
    print(f"ms: {', '.join(f'{name} {taken:.1f}' for name, taken in ms.items())}")
    a_row = ms["long changes"] * PAGE / LONGEST
    for ours, taken, theirs in (
        (f"changes, {PAGE} a page", ms["changes"], "plain changes"),
        (f"changes, {LONGEST} a page, by row", a_row, "plain changes"),
        (f"changes, {PAGE} a page", ms["changes"], "columns"),
        (f"changes, {LONGEST} a page, by row", a_row, "columns"),
        (f"FetchHashes, {PAGE} a page", ms["records"], "plain records"),
        (f"FetchHashes, {PAGE} a page", ms["records"], "columns"),
    ):
        print(f"{ms[theirs] / taken:5.1f} times as fast as {theirs}: {ours}")


def _plain_pages(reader: Reader, name: str) -> Iterator[float]:
    for after in count(0, PAGE):
        seconds, page = reader.ask(f"/plain/{name}", after=after, limit=PAGE)
        assert len(page) == PAGE
        yield seconds


def _change_pages(reader: Reader, limit: int) -> Iterator[float]:
    query: dict[str, Any] = {"limit": limit}
    while True:
        seconds, page = reader.ask("/api/v1/hashes/changes", **query)
        assert len(page["changes"]) == limit
        query["after"] = page["next"]
        yield seconds


def _exchange_pages(reader: Reader) -> Iterator[float]:
    query: dict[str, Any] = {"pageSize": PAGE, "startTimestamp": 10}
    while True:
        seconds, page = reader.ask("/v1/FetchHashes", **query)
        assert page["count"] == PAGE
        query["nextPageToken"] = page["nextPageToken"]
        yield seconds


def _medians(*works: Callable[[], object], rounds: int) -> list[float]:
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            started = time.perf_counter()
            work()
            times[place].append(time.perf_counter() - started)
    return [statistics.median(each) for each in times]
