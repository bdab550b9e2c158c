"""The export is the whole active set, and its last line goes on where it ends."""

import gzip
import json
import random
import threading
import tracemalloc
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.test import RequestFactory

from hashes.models import Confidence, Hash
from hashes.publisher import leap, publish
from hashes.services import judge
from ncii.tests.waiting import wait_until
from partners.api.export import Export
from partners.cursors import make_cursor
from partners.models import FeedPosition
from partners.tests.api_helpers import Platform, claim, is_problem, photo, video, withdraw

PATH = "/api/v1/hashes/export"


def lines_of(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def export(platform: Platform, **query: Any) -> tuple[dict[str, dict[str, Any]], str]:
    """Return {value: line} and the cursor to go on from."""
    lines = lines_of(platform.get(PATH, query))
    hashes = {line["value"]: line for line in lines if "value" in line}
    assert lines[-1]["count"] == len(hashes)
    return hashes, lines[-1]["next"]


def connections_to_the_bank() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_it_equals_what_the_changes_say() -> None:
    platform = Platform()
    claim(photo(), video(), photo())
    withdraw(*claim(video()))
    hashes, cursor = export(platform)
    changes = {change["value"]: change for change in Platform.changes(platform)["changes"]}
    assert hashes == changes
    assert platform.changes(after=cursor)["changes"] == []


@pytest.mark.django_db
def test_the_changes_go_on_where_it_ends() -> None:
    platform, film = Platform(), video()
    made = claim(film)
    _, cursor = export(platform)
    later = photo()
    claim(later)
    withdraw(*made)
    changes = platform.changes(after=cursor)["changes"]
    assert {c["value"]: c["state"] for c in changes} == {
        later.value: "Active",
        film.value: "Withdrawn",
    }


@pytest.mark.django_db(transaction=True)
def test_what_changes_while_it_is_read_is_not_lost(monkeypatch) -> None:
    monkeypatch.setattr("partners.api.export.CHUNK", 2)
    platform = Platform()
    made = claim(*(video() for _ in range(10)))
    stream = platform.get(PATH).streaming_content
    lines = [next(stream)]
    last = Hash.objects.order_by("-seq")[0]
    withdraw(*(each for each in made if each.hash_id == last.pk))
    claim(video())
    lines += list(stream)
    records = [json.loads(line) for part in lines for line in part.splitlines()]
    held = {record["value"] for record in records if "value" in record}
    for change in platform.changes(after=records[-1]["next"])["changes"]:
        (held.add if change["state"] == "Active" else held.discard)(change["value"])
    assert held == set(
        Hash.objects.filter(published_state="Active").values_list("value", flat=True)
    )


@pytest.mark.django_db(transaction=True)
def test_a_broken_stream_is_resumed(monkeypatch) -> None:
    monkeypatch.setattr("partners.api.export.CHUNK", 3)
    platform = Platform()
    claim(*(video() for _ in range(10)))
    lines = lines_of(platform.get(PATH))
    place = next(n for n, line in enumerate(lines) if "resume" in line)
    first = {line["value"] for line in lines[:place]}
    claim(photo())
    rest, cursor = export(platform, after=lines[place]["resume"])
    assert len(first) == 3 and len(rest) == 7 and not first & set(rest)
    assert [c["signal"] for c in platform.changes(after=cursor)["changes"]] == ["ImagePDQ"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("query", [{}, {"signal": "ImagePDQ"}])
def test_stretches_of_any_density_are_read_whole(monkeypatch, query: dict[str, str]) -> None:
    monkeypatch.setattr("partners.api.export.CHUNK", 4)
    platform, chance = Platform(), random.Random(7)
    for _ in range(3):
        made = claim(*(video() for _ in range(40)), *(photo() for _ in range(9)))
        withdraw(*chance.sample(made, 35))
        leap()
        claim(*(photo() for _ in range(21)))
    lines = lines_of(platform.get(PATH, query))
    values = [line["value"] for line in lines if "value" in line]
    active = Hash.objects.filter(published_state="Active", **query).order_by("seq")
    assert values == list(active.values_list("value", flat=True))
    for place in (n for n, line in enumerate(lines) if "resume" in line):
        rest = lines_of(platform.get(PATH, {**query, "after": lines[place]["resume"]}))
        before = sum("value" in line for line in lines[:place])
        assert [line["value"] for line in rest if "value" in line] == values[before:]


@pytest.mark.django_db
def test_filters_hold_for_the_export_and_the_cursor() -> None:
    platform, picture, film = Platform(), photo(), video()
    claim(picture, film)
    judge({Hash.objects.get(value=film.value).pk: Confidence.CONFIRMED})
    publish()
    assert set(export(platform, signal="ImagePDQ")[0]) == {picture.value}
    hashes, cursor = export(platform, confidence="confirmed")
    assert set(hashes) == {film.value}
    is_problem(platform.get("/api/v1/hashes/changes", {"after": cursor}), 400)
    is_problem(platform.get(PATH, {"limit": "5"}), 400)


@pytest.mark.django_db
def test_the_whole_stream_is_noted_as_handed_over() -> None:
    platform = Platform()
    claim(video())
    stream = platform.get(PATH).streaming_content
    assert not FeedPosition.objects.exists()
    list(stream)
    assert FeedPosition.objects.get().served_seq == Hash.objects.get().seq


@pytest.mark.django_db(transaction=True)
def test_a_stream_that_broke_and_went_on_is_noted_as_handed_over(monkeypatch) -> None:
    monkeypatch.setattr("partners.api.export.CHUNK", 3)
    platform, made = Platform(), claim(*(video() for _ in range(10)))
    resume = next(line["resume"] for line in lines_of(platform.get(PATH)) if "resume" in line)
    FeedPosition.objects.all().delete()  # as if it had not come to its end
    cursor = export(platform, after=resume)[1]
    assert FeedPosition.objects.get().served_seq == 10
    withdraw(made[0])
    passed = platform.changes(after=cursor)["next"]
    platform.changes(after=passed)
    assert FeedPosition.objects.get().passed_seq == 11


@pytest.mark.django_db
def test_a_stream_that_begins_at_a_bell_is_no_proof_of_what_was_before_it() -> None:
    platform = Platform()
    claim(video())
    cursor = make_cursor(platform.partner.pk, 1)
    for _ in range(2):
        cursor = export(platform, after=cursor)[1]
    platform.changes(after=cursor)
    assert FeedPosition.objects.get().served_seq == 0


@pytest.mark.django_db
def test_an_empty_bank_is_one_line() -> None:
    assert export(Platform())[0] == {}


@pytest.mark.django_db
def test_answers_are_compressed_for_who_asks() -> None:
    platform = Platform()
    claim(*(photo() for _ in range(20)))
    asked = {"Accept-Encoding": "gzip"}
    page = platform.get("/api/v1/hashes/changes", **asked)
    assert page["Content-Encoding"] == "gzip" and "Accept-Encoding" in page["Vary"]
    assert int(page["Content-Length"]) == len(page.content)
    assert len(json.loads(gzip.decompress(page.content))["changes"]) == 20
    stream = platform.get(PATH, Accept="application/x-ndjson", **asked)
    assert stream["Content-Encoding"] == "gzip"
    lines = gzip.decompress(b"".join(stream.streaming_content)).splitlines()
    assert len([line for line in lines if b'"value"' in line]) == 20
    for plain in (
        platform.get("/api/v1/hashes/changes"),
        platform.get("/api/v1/withdrawals", **asked),
    ):
        assert "Content-Encoding" not in plain, "nobody asked, or there is nothing to save"
        assert json.loads(plain.content)


@pytest.mark.django_db(transaction=True)
def test_it_takes_the_memory_of_a_few_chunks_however_long_it_is(monkeypatch) -> None:
    monkeypatch.setattr("partners.api.export.CHUNK", 200)
    platform = Platform()
    claim(*(video() for _ in range(6000)))
    stream = platform.get(PATH).streaming_content
    sizes = [len(next(stream))]
    tracemalloc.start()
    try:
        sizes += [len(part) for part in stream]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(sizes) > 30
    assert peak < sum(sizes) / 2


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_goes_away_leaves_nothing_running(monkeypatch) -> None:
    monkeypatch.setattr("partners.api.export.CHUNK", 2)
    platform = Platform()
    claim(*(video() for _ in range(20)))
    before = set(threading.enumerate())
    answer = Export.as_view()(RequestFactory().get(PATH, headers=platform.headers))
    assert b'"value"' in next(answer.streaming_content)  # type: ignore[attr-defined]
    assert set(threading.enumerate()) > before
    # As in Django's test client, whose answers can't be closed before their end.
    request_finished.disconnect(close_old_connections)
    try:
        answer.close()
    finally:
        request_finished.connect(close_old_connections)
    assert set(threading.enumerate()) == before
    if connection.vendor == "postgresql":
        wait_until(lambda: connections_to_the_bank() == 1, "one more is open")
    assert not FeedPosition.objects.exists(), "it was not handed everything"
    assert len(platform.changes()["changes"]) == 20
