"""The feed: every change once, in order, for this partner and these filters only."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hashes.models import Confidence, Hash
from hashes.publisher import publish
from hashes.services import judge
from partners.models import FeedPosition
from partners.tests.api_helpers import (
    Platform,
    claim,
    is_problem,
    photo,
    row_counts,
    video,
    withdraw,
)

CHANGES = "/api/v1/hashes/changes"


def values(page: dict) -> set[str]:
    return {change["value"] for change in page["changes"]}


@pytest.mark.django_db
def test_a_first_reader_gets_the_bank_and_then_only_what_is_new() -> None:
    platform, picture = Platform(), photo()
    claim(picture, video())
    first = platform.changes()
    assert len(first["changes"]) == 2 and first["more"] is False
    change = next(c for c in first["changes"] if c["value"] == picture.value)
    assert (change["signal"], change["state"], change["confidence"]) == (
        "ImagePDQ",
        "Active",
        "unverified",
    )
    assert change["variants"] == ["as-displayed"]
    assert change["published_at"].endswith("Z")
    assert platform.changes(after=first["next"])["changes"] == []
    later = video()
    claim(later)
    assert values(platform.changes(after=first["next"])) == {later.value}


@pytest.mark.django_db
def test_pages_follow_each_other_without_loss_or_repetition() -> None:
    platform = Platform()
    claim(*(video() for _ in range(25)))
    page = platform.changes(limit=10)
    seen = [change["value"] for change in page["changes"]]
    while page["more"]:
        page = platform.changes(limit=10, after=page["next"])
        seen += [change["value"] for change in page["changes"]]
    assert sorted(seen) == sorted(Hash.objects.values_list("value", flat=True))


@pytest.mark.django_db
def test_a_withdrawal_reaches_who_has_the_hash_and_not_who_never_had_it() -> None:
    early, late = Platform(), Platform()
    made = claim(video())
    cursor = early.changes()["next"]
    withdraw(*made)
    assert [c["state"] for c in early.changes(after=cursor)["changes"]] == ["Withdrawn"]
    first = late.changes()
    assert first["changes"] == []
    claim(photo())
    assert [c["state"] for c in late.changes(after=first["next"])["changes"]] == ["Active"]


@pytest.mark.django_db
def test_ids_are_the_partners_own() -> None:
    one, other = Platform(), Platform()
    claim(photo())
    (mine,), (theirs,) = one.changes()["changes"], other.changes()["changes"]
    assert mine["id"] != theirs["id"]
    assert mine["value"] == theirs["value"]
    assert one.changes()["changes"][0]["id"] == mine["id"]


@pytest.mark.django_db
def test_filters_keep_out_what_is_not_wanted() -> None:
    platform, picture, film = Platform(), photo(), video()
    claim(picture, film)
    assert values(platform.changes(signal="ImagePDQ")) == {picture.value}
    judge({Hash.objects.get(value=film.value).pk: Confidence.CONFIRMED})
    publish()
    assert values(platform.changes(confidence="confirmed")) == {film.value}


@pytest.mark.django_db
def test_a_reader_of_confirmed_hashes_hears_when_one_is_disputed() -> None:
    platform, film = Platform(), video()
    claim(film)
    held = Hash.objects.get()
    judge({held.pk: Confidence.CONFIRMED})
    publish()
    cursor = platform.changes(confidence="confirmed")["next"]
    judge({held.pk: Confidence.DISPUTED})
    publish()
    page = platform.changes(confidence="confirmed", after=cursor)
    assert [c["confidence"] for c in page["changes"]] == ["disputed"]


@pytest.mark.django_db
def test_a_cursor_is_good_for_its_partner_and_filters_only() -> None:
    one, other = Platform(), Platform()
    claim(photo())
    cursor = one.changes(signal="ImagePDQ")["next"]
    before = row_counts()
    for platform, query in (
        (other, {"after": cursor, "signal": "ImagePDQ"}),
        (one, {"after": cursor}),
        (one, {"after": cursor, "signal": "VideoMD5"}),
        (one, {"after": cursor, "signal": "ImagePDQ", "confidence": "confirmed"}),
        (one, {"after": cursor[:-1], "signal": "ImagePDQ"}),
        (one, {"after": ""}),
        (one, {"after": "x" * 5000}),
        (one, {"after": "\x00"}),
    ):
        problem = is_problem(platform.get(CHANGES, query), 400)
        assert problem["errors"][0]["parameter"] == "after"
    assert row_counts() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "-1"}, "limit"),
        ({"limit": "1000000000"}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"limit": "１０"}, "limit"),
        ({"limit": "1.0"}, "limit"),
        ({"limit": ["1", "2"]}, "limit"),
        ({"signal": "imagepdq"}, "signal"),
        ({"signal": ""}, "signal"),
        ({"confidence": "sure"}, "confidence"),
        ({"aftr": "x"}, "aftr"),
    ],
)
def test_a_bad_parameter_is_named(query: dict, name: str) -> None:
    platform = Platform()
    before = row_counts()
    problem = is_problem(platform.get(CHANGES, query), 400)
    assert problem["errors"][0]["parameter"] == name
    assert row_counts() == before


@pytest.mark.django_db
def test_what_was_handed_over_and_what_was_kept_are_noted() -> None:
    platform = Platform()
    claim(video(), video())
    page = platform.changes(limit=1)
    row = FeedPosition.objects.get(partner=platform.partner, api="changes")
    first = Hash.objects.order_by("seq")[0].seq
    assert (row.served_seq, row.passed_seq) == (first, 0)
    platform.changes(limit=1, after=page["next"])
    row.refresh_from_db()
    assert row.passed_seq == first and row.served_seq > first


@pytest.mark.django_db
def test_a_page_takes_the_same_queries_whatever_its_length() -> None:
    platform = Platform()
    claim(video())
    platform.changes()
    with CaptureQueriesContext(connection) as short:
        platform.changes()
    claim(*(photo() for _ in range(30)))
    platform.changes()
    with CaptureQueriesContext(connection) as long:
        assert len(platform.changes()["changes"]) == 31
    assert len(long) == len(short)


@pytest.mark.django_db
def test_other_methods_and_addresses_are_problems_too() -> None:
    platform = Platform()
    answer = platform.post(CHANGES, {})
    is_problem(answer, 405)
    assert answer["Allow"] == "GET, HEAD, OPTIONS"
    assert platform.get("/api/v1/nothing").status_code == 404
    assert platform.get("/api/v1/nothing")["Content-Type"] == "application/problem+json"
    is_problem(platform.get(CHANGES, Accept="text/csv"), 406)
    assert platform.get(CHANGES, **{"Accept-Language": "fr"}).status_code == 200


@pytest.mark.django_db
def test_what_nobody_foresaw_is_a_problem_that_tells_nothing(monkeypatch) -> None:
    def fall(*args, **kwargs):
        raise RuntimeError("nhb_secret")

    monkeypatch.setattr("partners.api.feed.feed_page", fall)
    answer = Platform().get(CHANGES)
    is_problem(answer, 500)
    assert b"nhb_secret" not in answer.content
