"""Platforms put hashes into the bank, hold them once, and can take them back."""

import uuid
from typing import Any

import pytest

from hashes.models import Claim, Confidence, Hash, State
from hashes.publisher import publish
from hashes.signal_types import ImagePDQ
from partners.models import Contribution
from partners.tests.api_helpers import Platform, claim, is_problem, photo, row_counts, video

NATIVE, EXCHANGE = "/api/v1/hashes", "/v1/SubmitHashes"


def native(platform: Platform, *hashes: dict[str, Any]) -> Any:
    return platform.post(NATIVE, {"hashes": list(hashes)}, Idempotency_Key=str(uuid.uuid4()))


def a_photo(**more: Any) -> dict[str, Any]:
    return {"signal": "ImagePDQ", "value": photo().value, "quality": 80} | more


def submitted(*records: dict[str, Any]) -> dict[str, Any]:
    return {"count": len(records), "hashRecords": list(records)}


def record(value: str, signal: str = "ImagePDQ", feedback: str = "Blocked") -> dict[str, Any]:
    """What python-threatexchange sends."""
    return {
        "lastModtimestamp": 1769860800,
        "signalType": signal,
        "hashValue": value,
        "CSPFeedbacks": [{"tags": ["a"], "feedbackValue": feedback}],
    }


@pytest.mark.django_db
def test_a_contributed_hash_reaches_the_other_platforms() -> None:
    giver, reader, picture = Platform(), Platform(), a_photo(verdict="Blocked")
    answer = native(giver, picture)
    assert answer.status_code == 201
    publish()
    (change,) = reader.changes()["changes"]
    assert (change["value"], change["confidence"]) == (picture["value"], "confirmed")
    assert answer.json()["hashes"] == [
        {"id": giver.name_of(picture["value"]), "signal": "ImagePDQ", "value": picture["value"]}
    ]


@pytest.mark.django_db
def test_a_platform_holds_a_hash_once() -> None:
    giver, other, picture = Platform(), Platform(), a_photo()
    for platform in (giver, giver, other):
        assert native(platform, picture).status_code == 201
    assert (Hash.objects.count(), Claim.objects.count()) == (1, 2)


@pytest.mark.django_db
def test_a_contribution_is_taken_back_and_a_persons_claim_stays() -> None:
    giver, picture, shared = Platform(), photo(), photo()
    native(giver, *(a_photo(value=each.value) for each in (picture, shared)))
    claim(shared)
    for each in (picture, shared):
        path = f"/api/v1/hashes/{giver.name_of(each.value)}/verdict"
        assert giver.send("PUT", path, {"value": "Withdrawn"}).status_code == 200
    publish()
    states = dict(Hash.objects.values_list("value", "published_state"))
    assert states == {picture.value: State.WITHDRAWN, shared.value: State.ACTIVE}


@pytest.mark.django_db
def test_nobody_takes_back_what_others_hold() -> None:
    giver, other, picture = Platform(), Platform(), a_photo()
    native(giver, picture)
    publish()
    path = f"/api/v1/hashes/{other.name_of(picture['value'])}/verdict"
    other.send("PUT", path, {"value": "Withdrawn"})
    publish()
    assert Hash.objects.get().published_state == State.ACTIVE


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "StopNCIISignalType."])
def test_the_exchange_takes_both_spellings_of_a_signal(prefix: str) -> None:
    giver, picture, film = Platform(), photo(), video()
    body = submitted(
        record(picture.value, f"{prefix}ImagePDQ"),
        record(film.value, f"{prefix}VideoMD5", "PendingReview"),
    )
    answer = giver.post(EXCHANGE, body)
    assert (answer.status_code, answer.json()) == (200, {"count": 2})
    assert giver.post(EXCHANGE, body).status_code == 200
    assert Contribution.objects.count() == 2
    assert dict(Hash.objects.values_list("value", "confidence")) == {
        picture.value: Confidence.CONFIRMED,
        film.value: Confidence.UNVERIFIED,
    }


FLAT = "0" * 64


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"signal": "URL"}, "/hashes/0/signal"),
        ({"value": FLAT}, "/hashes/0/value"),
        ({"value": "A" * 64}, "/hashes/0/value"),
        ({"value": 7}, "/hashes/0/value"),
        ({"quality": 49}, "/hashes/0/quality"),
        ({"quality": 101}, "/hashes/0/quality"),
        ({"quality": "80"}, "/hashes/0/quality"),
        ({"verdict": "Withdrawn"}, "/hashes/0/verdict"),
        ({"owner": "x"}, "/hashes/0/owner"),
    ],
)
def test_a_bad_field_is_named_and_leaves_no_trace(sent: dict[str, Any], pointer: str) -> None:
    platform = Platform()
    before = row_counts()
    problem = is_problem(native(platform, a_photo(**sent), a_photo()), 400)
    assert problem["errors"][0]["pointer"] == pointer
    assert row_counts() == before


@pytest.mark.django_db
def test_quality_is_needed_and_lists_are_bounded() -> None:
    platform, picture = Platform(), a_photo()
    before = row_counts()
    for hashes in (
        [{"signal": "ImagePDQ", "value": picture["value"]}],
        [],
        [picture, picture],
        [a_photo() for _ in range(1001)],
    ):
        is_problem(native(platform, *hashes), 400)
    assert row_counts() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"signalType": "StopNCIISignalType.URL"}, "/hashRecords/0/signalType"),
        ({"signalType": None}, "/hashRecords/0/signalType"),
        ({"hashValue": FLAT}, "/hashRecords/0/hashValue"),
        ({"hashValue": "a" * 32}, "/hashRecords/0/hashValue"),
        ({"lastModtimestamp": -1}, "/hashRecords/0/lastModtimestamp"),
        ({"lastModtimestamp": "1"}, "/hashRecords/0/lastModtimestamp"),
        ({"CSPFeedbacks": {}}, "/hashRecords/0/CSPFeedbacks"),
        ({"CSPFeedbacks": [1]}, "/hashRecords/0/CSPFeedbacks/0"),
        (
            {"CSPFeedbacks": [{"feedbackValue": "Deleted"}]},
            "/hashRecords/0/CSPFeedbacks/0/feedbackValue",
        ),
    ],
)
def test_a_bad_record_refuses_all(sent: dict[str, Any], pointer: str) -> None:
    platform = Platform()
    before = row_counts()
    body = submitted(record(ImagePDQ.examples[0]) | sent, record(photo().value))
    problem = is_problem(platform.post(EXCHANGE, body), 400)
    assert problem["errors"][0]["pointer"] == pointer
    assert row_counts() == before
