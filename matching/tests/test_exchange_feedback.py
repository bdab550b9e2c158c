"""SubmitFeedback: all records or none, and hashes that are gone don't hold up the others."""

from typing import Any

import pytest

from partners.models import Feedback
from partners.tests.api_helpers import Platform, claim, is_problem, photo, row_counts, video

PATH = "/v1/SubmitFeedback"


def record(value: Any, feedback: Any = "Blocked", **more: Any) -> dict[str, Any]:
    return {"hashValue": value, "feedbackValue": feedback, "tags": [], **more}


def batch(*records: Any) -> dict[str, Any]:
    return {"count": len(records), "hashFeedbacks": list(records)}


@pytest.mark.django_db
def test_feedback_on_photos_and_videos_is_recorded() -> None:
    platform, picture, film = Platform(), photo(), video()
    claim(picture, film)
    answer = platform.post(
        PATH, batch(record(picture.value), record(film.value, "NotBlocked", tags=["b", "a"]))
    )
    assert answer.status_code == 200
    assert answer.json() == {"count": 2, "recorded": 2, "unknownHashes": []}
    said = {each.hash.value: (each.value, each.tags) for each in Feedback.objects.all()}
    assert said == {picture.value: ("Blocked", []), film.value: ("NotBlocked", ["a", "b"])}


@pytest.mark.django_db
def test_hashes_the_bank_does_not_hold_are_listed_and_the_others_recorded() -> None:
    platform, film, gone = Platform(), video(), video()
    claim(film)
    answer = platform.post(PATH, batch(record(gone.value), record(film.value)))
    assert answer.json() == {"count": 2, "recorded": 1, "unknownHashes": [gone.value]}


@pytest.mark.django_db
def test_when_nothing_is_known_nothing_is_accepted() -> None:
    platform = Platform()
    before = row_counts()
    is_problem(platform.post(PATH, batch(record(video().value))), 404)
    assert row_counts() == before


@pytest.mark.django_db
def test_an_empty_batch_is_no_error() -> None:
    assert Platform().post(PATH, batch()).json()["recorded"] == 0


GOOD = "0" * 32


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"count": 1}, "/hashFeedbacks"),
        ({"count": 1, "hashFeedbacks": {}}, "/hashFeedbacks"),
        ({"count": 2, "hashFeedbacks": [record(GOOD)]}, "/count"),
        ({"count": "1", "hashFeedbacks": [record(GOOD)]}, "/count"),
        ({"count": True, "hashFeedbacks": [record(GOOD)]}, "/count"),
        ({"hashFeedbacks": [record(GOOD)]}, "/count"),
        (batch(record(GOOD), 7), "/hashFeedbacks/1"),
        (batch(record("A" * 64)), "/hashFeedbacks/0/hashValue"),
        (batch(record("a" * 63)), "/hashFeedbacks/0/hashValue"),
        (batch(record("f" * 64)), "/hashFeedbacks/0/hashValue"),
        (batch(record(12)), "/hashFeedbacks/0/hashValue"),
        (batch(record(None)), "/hashFeedbacks/0/hashValue"),
        (batch(record(GOOD), record(GOOD)), "/hashFeedbacks/1/hashValue"),
        (batch(record(GOOD, "blocked")), "/hashFeedbacks/0/feedbackValue"),
        (batch(record(GOOD, [])), "/hashFeedbacks/0/feedbackValue"),
        (batch(record(GOOD, None)), "/hashFeedbacks/0/feedbackValue"),
        (batch(record(GOOD, tags="x")), "/hashFeedbacks/0/tags"),
        (batch(record(GOOD, tags=["http://x"])), "/hashFeedbacks/0/tags/0"),
        (batch(record(GOOD, tags=[1])), "/hashFeedbacks/0/tags/0"),
        (batch(record(GOOD, tags=["a"] * 21)), "/hashFeedbacks/0/tags"),
        (batch(*[record(GOOD)] * 1001), "/hashFeedbacks"),
    ],
    ids=range(21),
)
def test_one_bad_record_refuses_all_and_is_named(body: Any, pointer: str) -> None:
    platform = Platform()
    claim(video())
    before = row_counts()
    problem = is_problem(platform.post(PATH, body), 400)
    assert problem["errors"][0]["pointer"] == pointer
    assert row_counts() == before
