"""What counting and figures cost in a large bank: hosted look-ups, figures pages, /metrics.

BENCH_ROWS is the number of hashes (default 200,000), published evenly over 90 days; each was found once by a
platform, judged, reviewed if it ends in 0, and a message about it delivered. On a test database of
the configured kind.
"""

import os
import statistics
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import setup_test_environment

from cases.figures.cases import cases_by_month
from cases.figures.charts import partners_now, standing_now
from cases.figures.days import figures_by_day, note_days
from cases.figures.public import public_months
from matching import index
from matching.bench.lookup import milliseconds, values
from matching.index import builder, files
from ncii.staff import counts
from ncii.staff.models import DayFigure
from partners.models import Partner, Scope
from partners.services import make_key
from partners.webhooks.endpoints import add_endpoint

ROUNDS, AT_ONCE = 200, 8
PARTNERS = 5
_NUMBERS = {
    "postgresql": "generate_series(1, {rows}) n",
    "sqlite": "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows})"
    " SELECT n FROM s)",
}
_HEX = {
    "postgresql": "md5(n::text) || md5('x' || n)",
    "sqlite": "lower(hex(randomblob(32)))",
}
# The moment of row n, and its day: 90 days, the last of them today.
_AT = {
    "postgresql": "now() - ({rows} - n) * interval '1 second' * (7776000.0 / {rows})",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now',"
    " '-' || (({rows} - n) * 7776000.0 / {rows}) || ' seconds')",
}
_LEDGER_ID = {"postgresql": "gen_random_uuid()", "sqlite": "lower(hex(randomblob(16)))"}
_FILL = """
INSERT INTO hashes_hash (signal, value, state, suspended, confidence, judged, seq, published_state,
                         published_at, variants, variants_ever)
SELECT 'ImagePDQ', {hex}, 'Active', false, 'unverified', false, n, 'Active', {at}, 2, 2 FROM {numbers};
INSERT INTO hashes_change (hash_id, state, seq, published_at)
SELECT id, 'Active', seq, published_at FROM hashes_hash ORDER BY id;
INSERT INTO hashes_claim (hash_id, source, variant, quality, made_on, announced_id)
SELECT hash_id, 'case', 'as-displayed', 100, date(published_at), id FROM hashes_change ORDER BY id;
INSERT INTO hashes_feedhead (id, seq, published_at, began_at)
SELECT 1, {rows}, max(published_at), min(published_at) FROM hashes_hash;
INSERT INTO matching_matchreport (partner_id, hash_id, distance, matched_at, reference, action, received_at)
SELECT {first} + id % {partners}, id, 3, published_at, '', 'none', published_at FROM hashes_hash ORDER BY id;
INSERT INTO partners_feedback (partner_id, hash_id, value, tags, updated_at)
SELECT {first} + id % {partners}, id, 'Blocked', '[]', published_at FROM hashes_hash ORDER BY id;
INSERT INTO partners_feedbackentry (feedback_id, value, tags, at)
SELECT id, value, '[]', updated_at FROM partners_feedback ORDER BY id;
INSERT INTO matching_reviewitem (partner_id, hash_id, kind, opened_at, decision, decided_at, lifted)
SELECT {first} + id % {partners}, id, 'match', published_at, CASE WHEN id % 100 = 0 THEN '' ELSE 'keep' END,
       published_at, '[]' FROM hashes_hash WHERE id % 10 = 0 ORDER BY id;
INSERT INTO matching_reviewentry (item_id, at, who, step, decision, text)
SELECT id, decided_at, 'ada', 'decided', 'keep', '' FROM matching_reviewitem ORDER BY id;
INSERT INTO partners_delivery (endpoint_id, message_id, event, payload, state, attempt_count,
                               next_attempt_at, created_at, delivered_at)
SELECT {endpoint}, 'm' || id, 'hashes.changed', '{{}}', 'delivered', 1, published_at, published_at,
       published_at FROM hashes_hash ORDER BY id;
INSERT INTO cases_case (number_index, index_key_id, verifier, pin_key_id, ledger_id, opened_on)
SELECT value, 'a', '', 'b', {ledger_id}, date(published_at) FROM hashes_hash WHERE id % 3 = 0 ORDER BY id;
ANALYZE;
"""


def fill(rows: int) -> str:
    """Fill the database; return a key that may look up."""
    partners = [Partner.objects.create(name=f"Platform {n}") for n in range(PARTNERS)]
    endpoint, _ = add_endpoint(partners[0], "https://hooks.example/x")
    kind, numbers = connection.vendor, {"rows": rows}
    statements = _FILL.format(
        rows=rows,
        numbers=_NUMBERS[kind].format(**numbers),
        at=_AT[kind].format(**numbers),
        hex=_HEX[kind],
        ledger_id=_LEDGER_ID[kind],
        partners=PARTNERS,
        first=partners[0].pk,
        endpoint=endpoint.pk,
    )
    with connection.cursor() as cursor:
        for statement in statements.split(";"):
            if statement.strip():
                cursor.execute(statement)
    _, key = make_key(partners[0], scopes=[Scope.LOOKUP])
    return key


def look_ups(key: str) -> None:
    """Print what a look-up of one signal costs over HTTP's own code, and the counting of it."""
    settings.PARTNER_RATE_FACTOR = 1000
    client = Client()
    body = {"signals": [{"signal": "ImagePDQ", "value": values(1, 5)[0]}]}

    def ask() -> None:
        answer = client.post(
            "/api/v1/hashes/lookup",
            body,
            content_type="application/json",
            headers={"authorization": f"Bearer {key}"},
        )
        assert answer.status_code == 200, answer.content

    ask()
    one = statistics.median(milliseconds(ask) for _ in range(ROUNDS))
    counted = statistics.median(
        milliseconds(lambda: counts.count(lookups=1, lookups_found=1)) for _ in range(ROUNDS)
    )
    print(f"  a look-up of one signal {one:24.2f} ms, of which counting {counted:.2f} ms")
    together = AT_ONCE * ROUNDS / _seconds_at_once(lambda: counts.count(lookups=1, lookups_found=1))
    print(f"  counted by {AT_ONCE} threads at once {together:18,.0f} a second", flush=True)


def _seconds_at_once(work: Callable[[], object]) -> float:
    def many() -> None:
        for _ in range(ROUNDS):
            work()
        connections.close_all()

    threads = [threading.Thread(target=many) for _ in range(AT_ONCE)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def pages() -> None:
    """Print what each part of the figures pages and of /metrics costs, as it stands."""
    settings.METRICS_TOKEN = "t" * 40
    client = Client(headers={"authorization": "Bearer " + "t" * 40})
    print(f"  days written down for the first time {milliseconds(note_days):9.0f} ms", flush=True)
    for name, work in (
        ("30 days of figures", lambda: figures_by_day(30)),
        ("a year of figures", lambda: figures_by_day(366)),
        ("how things stand", standing_now),
        ("each platform", partners_now),
        ("cases by month", cases_by_month),
        ("the public page", public_months),
        ("/metrics", lambda: client.get("/metrics")),
    ):
        times = [milliseconds(work) for _ in range(5)]
        print(f"  {name:36} {statistics.median(times):9.1f} ms", flush=True)
    DayFigure.objects.all().delete()
    print(
        f"  30 days when nothing was written down {milliseconds(lambda: figures_by_day(30)):8.0f} ms"
    )


def main() -> None:
    """Print all of it."""
    setup_test_environment()
    if connection.vendor == "sqlite":
        # In a file, as it is run: a database in memory has no second writer.
        connection.settings_dict["TEST"]["NAME"] = str(settings.VAR_DIR / "bench.sqlite3")
    connection.creation.create_test_db(verbosity=0, serialize=False)
    rows = int(os.environ.get("BENCH_ROWS", "200000"))
    took = time.perf_counter()
    key = fill(rows)
    print(f"{connection.vendor}, {rows:,} hashes, filled in {time.perf_counter() - took:.0f} s")
    builder.build(files.default_folder())
    index.status()
    look_ups(key)
    pages()
