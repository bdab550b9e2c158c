"""A look-up finds every active hash that is near, tells ids and distances, and nothing else."""

import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ncii.lib.rate_limits import Limit
from partners import rates
from partners.tests.api_helpers import (
    Platform,
    claim,
    is_problem,
    photo,
    row_counts,
    video,
    withdraw,
)

PATH = "/api/v1/hashes/lookup"


def flipped(value: str, bits: int) -> str:
    """Return the PDQ value with that many bits changed, as many up as down where it can be."""
    number = int(value, 16)
    ones = [place for place in range(256) if number >> place & 1]
    zeros = [place for place in range(256) if not number >> place & 1]
    chosen = random.sample(ones, bits // 2) + random.sample(zeros, bits - bits // 2)
    for place in chosen:
        number ^= 1 << place
    return f"{number:064x}"


def pdq(value: str) -> dict[str, str]:
    return {"signal": "ImagePDQ", "value": value}


def look_up(platform: Platform, *signals: dict[str, str], **more: Any) -> list[Any]:
    answer = platform.post(PATH, {"signals": list(signals)} | more)
    assert answer.status_code == 200, answer.content
    return [result["matches"] for result in answer.json()["results"]]


@pytest.mark.django_db
def test_photos_match_up_to_31_bits_and_videos_when_equal() -> None:
    platform, picture, film = Platform(), photo(), video()
    claim(picture, film)
    found = look_up(
        platform,
        pdq(flipped(picture.value, 31)),
        pdq(flipped(picture.value, 32)),
        {"signal": "VideoMD5", "value": film.value},
        {"signal": "VideoMD5", "value": video().value},
        pdq(picture.value),
    )
    assert [[match["distance"] for match in each] for each in found] == [[31], [], [0], [], [0]]
    assert found[0][0] == {
        "id": platform.name_of(picture.value),
        "distance": 31,
        "confidence": "unverified",
    }


@pytest.mark.django_db
def test_videos_are_found_by_an_index_of_the_database() -> None:
    """With few rows a table is read whole all the same: PostgreSQL is told not to."""
    platform, film = Platform(), video()
    claim(film)
    with CaptureQueriesContext(connection) as asked:
        look_up(platform, {"signal": "VideoMD5", "value": film.value})
    (sql,) = {query["sql"] for query in asked if '"value" IN (' in query["sql"]}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {sql}")
        plan = str(cursor.fetchall())
    assert "hash_value_signal" in plan or "USING INDEX" in plan


@pytest.mark.django_db
def test_a_smaller_distance_can_be_asked_for() -> None:
    platform, picture = Platform(), photo()
    claim(picture)
    asked = pdq(flipped(picture.value, 10))
    assert look_up(platform, asked, max_distance=9) == [[]]
    assert len(look_up(platform, asked, max_distance=10)[0]) == 1


@pytest.mark.django_db
def test_what_is_withdrawn_or_not_yet_published_is_not_found() -> None:
    platform, picture, film = Platform(), photo(), video()
    made = claim(picture, film)
    withdraw(*made)
    asked = (pdq(picture.value), {"signal": "VideoMD5", "value": film.value})
    assert look_up(platform, *asked) == [[], []]


@pytest.mark.django_db
def test_the_answer_holds_no_hash_of_the_bank() -> None:
    platform, picture = Platform(), photo()
    claim(picture)
    answer = platform.post(PATH, {"signals": [pdq(flipped(picture.value, 20))]})
    assert picture.value not in answer.content.decode()


@pytest.mark.django_db
def test_a_plain_pictures_hash_matches_nothing_and_holds_up_nobody() -> None:
    platform, picture = Platform(), photo()
    claim(picture)
    assert [len(each) for each in look_up(platform, pdq("0" * 64), pdq(picture.value))] == [0, 1]


@pytest.mark.django_db
def test_a_days_quota_is_counted_in_signals(monkeypatch) -> None:
    monkeypatch.setattr(rates, "LOOKED_UP", Limit(3, 86400))
    platform = Platform()
    signals = [pdq(photo().value) for _ in range(2)]
    look_up(platform, *signals)
    refused = platform.post(PATH, {"signals": signals})
    assert "1 signals" in is_problem(refused, 429)["detail"]
    assert int(refused["Retry-After"]) > 3600
    look_up(platform, signals[0])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/signals"),
        ({"signals": []}, "/signals"),
        ({"signals": [pdq("0" * 64)] * 1001}, "/signals"),
        ({"signals": [pdq("A" * 64)]}, "/signals/0/value"),
        ({"signals": [pdq("a" * 63)]}, "/signals/0/value"),
        ({"signals": [{"signal": "URL", "value": "x"}]}, "/signals/0/signal"),
        ({"signals": [pdq(photo().value)], "max_distance": 32}, "/max_distance"),
        ({"signals": [pdq(photo().value)], "max_distance": -1}, "/max_distance"),
        ({"signals": [pdq(photo().value)], "max_distance": "9"}, "/max_distance"),
    ],
    ids=range(9),
)
def test_a_bad_field_is_named_and_leaves_no_trace(body: Any, pointer: str) -> None:
    platform = Platform()
    before = row_counts()
    assert is_problem(platform.post(PATH, body), 400)["errors"][0]["pointer"] == pointer
    assert row_counts() == before
