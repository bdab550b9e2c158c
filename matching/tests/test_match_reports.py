"""A platform reports a match; the bank keeps it once and shares what it means."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from hashes.models import Confidence, Hash
from matching.models import MatchReport
from partners.idempotency import GIVEN_UP_AFTER, KEPT_FOR, forget_old_answers
from partners.models import Feedback, IdempotentAnswer
from partners.tests.api_helpers import (
    Platform,
    claim,
    is_problem,
    photo,
    row_counts,
    video,
    withdraw,
)

MATCHES = "/api/v1/matches"


def match(**fields: Any) -> dict[str, Any]:
    made = {"distance": 8, "matched_at": timezone.now().isoformat(), "action": "review"}
    return made | fields


def key() -> str:
    return str(uuid.uuid4())


@pytest.mark.django_db
def test_a_match_by_id_is_kept_and_sets_pending_review() -> None:
    platform, picture = Platform(), photo()
    claim(picture)
    name = platform.name_of(picture.value)
    answer = platform.post(MATCHES, match(id=name, reference="c-17"), Idempotency_Key=key())
    assert answer.status_code == 201
    assert answer.json()["hash"] == name
    report = MatchReport.objects.get()
    assert (report.partner, report.hash.value, report.distance) == (
        platform.partner,
        picture.value,
        8,
    )
    assert (report.reference, report.action) == ("c-17", "review")
    assert Feedback.objects.get().value == "PendingReview"


@pytest.mark.django_db
def test_a_match_by_signal_and_value_is_kept() -> None:
    platform, film = Platform(), video()
    claim(film)
    body = match(signal="VideoMD5", value=film.value, distance=0)
    assert platform.post(MATCHES, body, Idempotency_Key=key()).status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        (None, "none", "PendingReview"),
        (None, "review", "PendingReview"),
        (None, "blocked", "Blocked"),
        (None, "removed", "Blocked"),
        ("NotBlocked", "review", "NotBlocked"),
        ("Blocked", "none", "Blocked"),
        ("NotBlocked", "removed", "Blocked"),
        ("Withdrawn", "review", "PendingReview"),
    ],
)
def test_a_match_says_no_less_than_was_said(before: str | None, action: str, after: str) -> None:
    platform, film = Platform(), video()
    claim(film)
    name = platform.name_of(film.value)
    if before:
        platform.send("PUT", f"/api/v1/hashes/{name}/verdict", {"value": before, "tags": ["t"]})
    platform.post(MATCHES, match(id=name, action=action), Idempotency_Key=key())
    feedback = Feedback.objects.get()
    assert feedback.value == after
    assert feedback.tags == (["t"] if before else [])


@pytest.mark.django_db
def test_what_was_blocked_is_confirmed() -> None:
    platform, film = Platform(), video()
    claim(film)
    body = match(id=platform.name_of(film.value), action="blocked")
    platform.post(MATCHES, body, Idempotency_Key=key())
    assert Hash.objects.get().confidence == Confidence.CONFIRMED


@pytest.mark.django_db
def test_a_match_of_a_withdrawn_hash_is_taken() -> None:
    platform, film = Platform(), video()
    made = claim(film)
    name = platform.name_of(film.value)
    withdraw(*made)
    assert platform.post(MATCHES, match(id=name), Idempotency_Key=key()).status_code == 201


@pytest.mark.django_db
def test_hashes_of_others_and_of_nobody_are_not_found() -> None:
    platform, other, film = Platform(), Platform(), video()
    claim(film)
    theirs = other.name_of(film.value)
    before = row_counts()
    for body in (
        match(id=theirs),
        match(id="f" * 32),
        match(id="x"),
        match(id="é" * 32),
        match(signal="VideoMD5", value=video().value),
    ):
        is_problem(platform.post(MATCHES, body, Idempotency_Key=key()), 404)
    assert row_counts() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"distance": "8"}, "/distance"),
        ({"distance": True}, "/distance"),
        ({"distance": 8.0}, "/distance"),
        ({"distance": -1}, "/distance"),
        ({"distance": 257}, "/distance"),
        ({"distance": 10**30}, "/distance"),
        ({"distance": None}, "/distance"),
        ({"matched_at": 1700000000}, "/matched_at"),
        ({"matched_at": "yesterday"}, "/matched_at"),
        ({"matched_at": "2026-01-01T12:00:00"}, "/matched_at"),
        ({"matched_at": "2026-02-30T12:00:00Z"}, "/matched_at"),
        ({"matched_at": "9999-12-31T23:59:59-12:00"}, "/matched_at"),
        ({"matched_at": "0001-01-01T00:00:00+14:00"}, "/matched_at"),
        ({"action": "Blocked"}, "/action"),
        ({"action": ["blocked"]}, "/action"),
        ({"action": {}}, "/action"),
        ({"reference": 7}, "/reference"),
        ({"reference": ""}, "/reference"),
        ({"reference": "a" * 129}, "/reference"),
        ({"reference": "https://example.com/p/1"}, "/reference"),
        ({"reference": "example.com"}, "/reference"),
        ({"reference": "somebody@example"}, "/reference"),
        ({"reference": "192.0.2.1"}, "/reference"),
        ({"reference": "https:%2F%2Fexample"}, "/reference"),
        ({"id": 5}, "/id"),
        ({"signal": "VideoMD5"}, ""),
        ({"id": None}, "/id"),
        ({"link": "x"}, "/link"),
    ],
)
def test_a_bad_field_is_named_and_leaves_no_trace(change: dict[str, Any], pointer: str) -> None:
    platform, film = Platform(), video()
    claim(film)
    name = platform.name_of(film.value)
    before = row_counts()
    answer = platform.post(MATCHES, match(id=name) | change, Idempotency_Key=key())
    assert is_problem(answer, 400)["errors"][0]["pointer"] == pointer
    assert row_counts() == before


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["A" * 32, "a" * 31, "a" * 33, "g" * 32, "", " " * 32])
def test_upper_case_and_short_values_are_refused(value: str) -> None:
    body = match(signal="VideoMD5", value=value)
    problem = is_problem(Platform().post(MATCHES, body, Idempotency_Key=key()), 400)
    assert problem["errors"][0]["pointer"] == "/value"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["", "a b", "é", "x" * 256])
def test_an_idempotency_key_is_needed(name: str) -> None:
    answer = Platform().post(MATCHES, match(id="f" * 32), Idempotency_Key=name)
    assert "Idempotency-Key" in is_problem(answer, 400)["detail"]


@pytest.mark.django_db
def test_the_same_request_is_answered_the_same_and_kept_once() -> None:
    platform, film = Platform(), video()
    claim(film)
    body, again = match(id=platform.name_of(film.value)), key()
    first = platform.post(MATCHES, body, Idempotency_Key=again)
    second = platform.post(MATCHES, body, Idempotency_Key=again)
    assert (second.status_code, second.json()) == (201, first.json())
    assert second["Idempotent-Replayed"] == "true"
    assert MatchReport.objects.count() == 1


@pytest.mark.django_db
def test_another_request_under_the_same_key_is_refused() -> None:
    platform, film = Platform(), video()
    claim(film)
    body, again = match(id=platform.name_of(film.value)), key()
    platform.post(MATCHES, body, Idempotency_Key=again)
    is_problem(platform.post(MATCHES, body | {"distance": 9}, Idempotency_Key=again), 422)
    assert MatchReport.objects.count() == 1


@pytest.mark.django_db
def test_a_refused_request_can_be_mended_under_its_key() -> None:
    platform, film = Platform(), video()
    claim(film)
    body, again = match(id=platform.name_of(film.value)), key()
    is_problem(platform.post(MATCHES, body | {"distance": -1}, Idempotency_Key=again), 400)
    assert platform.post(MATCHES, body, Idempotency_Key=again).status_code == 201


@pytest.mark.django_db
def test_keys_of_two_platforms_do_not_meet() -> None:
    one, other, film = Platform(), Platform(), video()
    claim(film)
    again = key()
    for platform in (one, other):
        body = match(id=platform.name_of(film.value))
        assert platform.post(MATCHES, body, Idempotency_Key=again).status_code == 201
    assert MatchReport.objects.count() == 2


def running(platform: Platform, body: dict[str, Any], name: str) -> IdempotentAnswer:
    """Make it look as if the request was still running."""
    platform.post(MATCHES, body, Idempotency_Key=name)
    MatchReport.objects.all().delete()
    row = IdempotentAnswer.objects.get()
    row.status = None
    row.save()
    return row


@pytest.mark.django_db
def test_while_the_first_is_running_the_second_is_told_to_wait() -> None:
    platform, film = Platform(), video()
    claim(film)
    body, again = match(id=platform.name_of(film.value)), key()
    running(platform, body, again)
    answer = platform.post(MATCHES, body, Idempotency_Key=again)
    is_problem(answer, 409)
    assert answer["Retry-After"] == "1"
    is_problem(platform.post(MATCHES, body | {"distance": 1}, Idempotency_Key=again), 422)


@pytest.mark.django_db
def test_a_request_whose_worker_was_killed_can_be_repeated() -> None:
    platform, film = Platform(), video()
    claim(film)
    body, again = match(id=platform.name_of(film.value)), key()
    row = running(platform, body, again)
    row.created_at -= GIVEN_UP_AFTER
    row.save()
    assert platform.post(MATCHES, body, Idempotency_Key=again).status_code == 201
    assert MatchReport.objects.count() == 1


@pytest.mark.django_db
def test_answers_are_kept_for_a_day() -> None:
    platform, film = Platform(), video()
    claim(film)
    body, again = match(id=platform.name_of(film.value)), key()
    platform.post(MATCHES, body, Idempotency_Key=again)
    IdempotentAnswer.objects.update(created_at=timezone.now() - KEPT_FOR + timedelta(minutes=1))
    assert forget_old_answers() == 0
    assert platform.post(MATCHES, body, Idempotency_Key=again).has_header("Idempotent-Replayed")
    IdempotentAnswer.objects.update(created_at=timezone.now() - KEPT_FOR)
    assert forget_old_answers() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_make_one_row() -> None:
    platform, film = Platform(), video()
    claim(film)
    body, again = match(id=platform.name_of(film.value)), key()

    def post(_: int) -> tuple[int, bytes]:
        try:
            answer = platform.post(MATCHES, body, Idempotency_Key=again)
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(post, range(50)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({body for status, body in answers if status == 201}) == 1
    assert MatchReport.objects.count() == 1
    connection.close()
