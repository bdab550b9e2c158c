"""A platform's verdict on a hash: the last one counts, all are remembered, others read it."""

from typing import Any

import pytest

from hashes.models import Confidence, Hash
from hashes.publisher import publish
from partners.models import Feedback, FeedbackEntry, FeedbackValue
from partners.tests.api_helpers import Platform, claim, is_problem, row_counts, video


def put(platform: Platform, name: str, body: Any) -> Any:
    return platform.send("PUT", f"/api/v1/hashes/{name}/verdict", body)


@pytest.mark.django_db
@pytest.mark.parametrize("value", FeedbackValue.values)
def test_every_word_of_the_exchange_is_taken(value: str) -> None:
    platform, film = Platform(), video()
    claim(film)
    name = platform.name_of(film.value)
    answer = put(platform, name, {"value": value, "tags": ["nude", "nude", "b"]})
    assert answer.status_code == 200
    assert answer.json() == {"id": name, "value": value, "tags": ["nude", "b"]}
    assert Feedback.objects.get().value == value


@pytest.mark.django_db
def test_the_last_counts_and_the_history_stays() -> None:
    platform, film = Platform(), video()
    claim(film)
    name = platform.name_of(film.value)
    for value in ("PendingReview", "Blocked", "Blocked", "NotBlocked"):
        put(platform, name, {"value": value})
    assert Feedback.objects.get().value == "NotBlocked"
    assert list(FeedbackEntry.objects.order_by("pk").values_list("value", flat=True)) == [
        "PendingReview",
        "Blocked",
        "NotBlocked",
    ]


@pytest.mark.django_db
def test_other_platforms_read_the_confidence_in_the_feed() -> None:
    platform, other, film = Platform(), Platform(), video()
    claim(film)
    cursor = other.changes()["next"]
    put(platform, platform.name_of(film.value), {"value": "Blocked"})
    publish()
    (change,) = other.changes(after=cursor)["changes"]
    assert change["confidence"] == "confirmed"
    assert Hash.objects.get().confidence == Confidence.CONFIRMED


@pytest.mark.django_db
def test_ids_of_others_are_not_found() -> None:
    platform, other, film = Platform(), Platform(), video()
    claim(film)
    theirs = other.name_of(film.value)
    before = row_counts()
    for name in (theirs, theirs.upper(), "f" * 32, "0", "é", "1" * 300):
        is_problem(put(platform, name, {"value": "Blocked"}), 404)
    assert put(platform, "%00", {"value": "Blocked"}).status_code == 400
    assert row_counts() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/value"),
        ({"value": "blocked"}, "/value"),
        ({"value": None}, "/value"),
        ({"value": 1}, "/value"),
        ({"value": "Blocked", "tags": "x"}, "/tags"),
        ({"value": "Blocked", "tags": [1]}, "/tags/0"),
        ({"value": "Blocked", "tags": ["a.b"]}, "/tags/0"),
        ({"value": "Blocked", "tags": ["a" * 65]}, "/tags/0"),
        ({"value": "Blocked", "tags": ["a"] * 21}, "/tags"),
        ({"value": "Blocked", "note": "x"}, "/note"),
    ],
)
def test_a_bad_field_is_named_and_leaves_no_trace(body: Any, pointer: str) -> None:
    platform, film = Platform(), video()
    claim(film)
    name = platform.name_of(film.value)
    before = row_counts()
    problem = is_problem(put(platform, name, body), 400)
    assert problem["errors"][0]["pointer"] == pointer
    assert row_counts() == before
