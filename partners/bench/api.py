"""The feed's speed: the export against COPY, pages against a plain list of the REST framework.

BENCH_ROWS is the number of hashes (default 200,000). Medians of several rounds, taken in turn.
"""

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg
import requests
from django.db import connection
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIRequestFactory

from hashes.models import Hash
from ncii.tests.stack import Stack
from partners.api.feed import Changes
from partners.exchange.views import FetchHashes
from partners.models import Partner
from partners.services import make_key
from partners.tests.tx import new_key

ROUNDS = 5
_FILL = """
INSERT INTO hashes_hash (signal, value, state, suspended, confidence, judged, seq, published_state,
                         published_at)
SELECT 'ImagePDQ', md5(n::text) || md5('x' || n), 'Active', false, 'unverified', false, n, 'Active',
       now() FROM generate_series(1, {rows}) n;
INSERT INTO hashes_change (hash_id, state, seq, published_at)
SELECT id, 'Active', seq, published_at FROM hashes_hash;
INSERT INTO hashes_claim (hash_id, source, variant, quality, made_on, announced_id)
SELECT hash_id, 'case', 'as-displayed', 100, now(), id FROM hashes_change;
INSERT INTO hashes_feedhead (id, seq, published_at, began_at) VALUES (1, {rows}, now(), now());
ANALYZE;
"""
_COPY = "COPY (SELECT signal, value, published_state, confidence, seq FROM hashes_hash) TO STDOUT"


class PlainHash(serializers.ModelSerializer):
    """What a plain list of the REST framework would show."""

    class Meta:
        model = Hash
        fields = ("id", "signal", "value", "published_state", "confidence", "published_at")


def main() -> None:
    """Print the ratios."""
    rows = int(os.environ.get("BENCH_ROWS", "200000"))
    with Stack({"PARTNER_RATE_FACTOR": "1000"}) as stack:
        if not stack.on_postgres:
            print("needs PostgreSQL")
            return
        url = stack.env["DATABASE_URL"]
        with psycopg.connect(url) as database:
            database.execute(_FILL.format(rows=rows).encode())
        key = new_key(stack, "Bench")
        _compare_export(stack, url, key, rows)
        connection.settings_dict["NAME"] = url.rpartition("/")[2]
        try:
            # This process has secrets of its own, and so needs a key of its own.
            _compare_pages(make_key(Partner.objects.get())[1])
        finally:
            connection.close()


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

    exported, copied = _medians(export, copy, rounds=3)
    print(f"export: {rows / exported:,.0f} rows/s over HTTP, COPY {rows / copied:,.0f} rows/s")
    print(f"export / COPY: {copied / exported:.2f}")


def _compare_pages(key: str) -> None:
    factory = APIRequestFactory()
    size = 1000

    def plain() -> None:
        listed = PlainHash(Hash.objects.order_by("seq")[:size], many=True).data
        assert len(JSONRenderer().render(listed)) > size

    def changes() -> None:
        request = factory.get("/", {"limit": size}, HTTP_AUTHORIZATION=f"Bearer {key}")
        assert len(Changes.as_view()(request).render().content) > size

    def exchange() -> None:
        query: dict[str, Any] = {"pageSize": size, "startTimestamp": 10}
        request = factory.get("/", query, HTTP_OCP_APIM_SUBSCRIPTION_KEY=key)
        assert len(FetchHashes.as_view()(request).render().content) > size

    plain_time, changes_time, exchange_time = _medians(plain, changes, exchange, rounds=15)
    print(f"{size} rows: plain {plain_time * 1000:.1f} ms, changes {changes_time * 1000:.1f} ms,")
    print(f"  exchange {exchange_time * 1000:.1f} ms")
    print(f"plain / changes: {plain_time / changes_time:.1f}")
    print(f"plain / exchange: {plain_time / exchange_time:.1f}")


def _medians(*works: Callable[[], None], rounds: int = ROUNDS) -> list[float]:
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            started = time.perf_counter()
            work()
            times[place].append(time.perf_counter() - started)
    return [statistics.median(each) for each in times]
