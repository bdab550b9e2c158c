"""The feed's speed: the export against COPY, pages against a plain list of the REST framework.

BENCH_ROWS is the number of hashes (default 200,000). Medians of several rounds, taken in turn.
"""

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import psycopg
import requests
from django.db import connection
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from hashes.models import Hash
from ncii.tests.stack import Stack
from partners.api.auth import HasScope, KeyAuthentication
from partners.api.feed import Changes
from partners.exchange.views import FetchHashes
from partners.models import Partner, Scope
from partners.services import make_key
from partners.tests.tx import new_key

PAGE = 1000
ROUNDS, WARM = 40, 5
# One video in ten; published ten at a time, as cases come; one in twenty judged; a second variant
# of one in ten.
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
INSERT INTO hashes_feedhead (id, seq, published_at, began_at)
SELECT 1, {rows}, max(published_at), min(published_at) FROM hashes_hash;
ANALYZE;
"""
# The export's columns as they stand in the table: what psql would hand over.
_COPY = """
COPY (SELECT id, signal, value, published_state, confidence, variants, published_at FROM hashes_hash
      WHERE published_state = 'Active') TO STDOUT
"""


class PlainHash(serializers.ModelSerializer):
    """A hash as a plain list of the REST framework shows it: the same seven facts as our line."""

    class Meta:
        model = Hash
        fields = (
            *("id", "signal", "value", "published_state", "confidence", "variants"),
            "published_at",
        )


class PlainList(ListAPIView):
    """The list that one writes in ten lines: by the same keys, along the same index, in order.

    It counts no requests, notes no position, knows no cursor, and has one query for its rows.
    """

    authentication_classes = (KeyAuthentication,)
    permission_classes = (HasScope,)
    renderer_classes = (JSONRenderer,)
    pagination_class = None
    scope = Scope.FEED
    serializer_class = PlainHash

    def get_queryset(self) -> QuerySet[Hash]:
        """Return a page of the feed."""
        after = int(self.request.query_params["after"])
        return Hash.objects.filter(seq__gt=after).order_by("seq")[:PAGE]


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
    """Walk the feed page by page in three ways, by turns: each page is another."""
    walks = (_plain_pages(key), _change_pages(key), _exchange_pages(key))
    times = [[next(walk) for walk in walks] for _ in range(ROUNDS)][WARM:]
    plain, changes, exchange = (1000 * statistics.median(each) for each in zip(*times, strict=True))
    print(f"{PAGE} rows: plain {plain:.1f}, changes {changes:.1f}, exchange {exchange:.1f} ms")
    print(f"plain / changes: {plain / changes:.1f}")
    print(f"plain / exchange: {plain / exchange:.1f}")


def _plain_pages(key: str) -> Iterator[float]:
    for after in count(0, PAGE):
        seconds, page = _asked(PlainList, {"after": after}, key)
        assert len(page) == PAGE
        yield seconds


def _change_pages(key: str) -> Iterator[float]:
    query: dict[str, Any] = {"limit": PAGE}
    while True:
        seconds, page = _asked(Changes, query, key)
        assert len(page["changes"]) == PAGE
        query["after"] = page["next"]
        yield seconds


def _exchange_pages(key: str) -> Iterator[float]:
    query: dict[str, Any] = {"pageSize": PAGE, "startTimestamp": 10}
    while True:
        seconds, page = _asked(FetchHashes, query, key)
        assert page["count"] == PAGE
        query["nextPageToken"] = page["nextPageToken"]
        yield seconds


def _asked(view: type[APIView], query: dict[str, Any], key: str) -> tuple[float, Any]:
    """Return how long the whole request took, without what a web server adds, and its answer."""
    headers = {"authorization": f"Bearer {key}", "ocp-apim-subscription-key": key}
    request = APIRequestFactory().get("/", query, headers=headers)
    started = time.perf_counter()
    answer = view.as_view()(request)
    text = answer.render().content if hasattr(answer, "render") else answer.content
    return time.perf_counter() - started, json.loads(text)


def _medians(*works: Callable[[], object], rounds: int) -> list[float]:
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            started = time.perf_counter()
            work()
            times[place].append(time.perf_counter() - started)
    return [statistics.median(each) for each in times]
