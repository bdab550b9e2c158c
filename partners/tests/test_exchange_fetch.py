"""FetchHashes: the exchange's words, its paging, and a checkpoint that never skips a record."""

import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hashes.models import FeedHead, Hash, Holder
from hashes.publisher import publish
from hashes.services import make_claims, suspend, withdraw_claims
from ncii.lib.days import today
from partners.models import FeedbackValue, FeedPosition
from partners.services import record_feedback
from partners.tests.api_helpers import (
    Platform,
    claim,
    is_problem,
    photo,
    row_counts,
    video,
    withdraw,
)

PATH = "/v1/FetchHashes"


def fetch(platform: Platform, start: int = 10, size: int = 800, token: str = "") -> Any:
    query: dict[str, Any] = {"startTimestamp": start, "pageSize": size}
    if token:
        query["nextPageToken"] = token
    answer = platform.get(PATH, query)
    assert answer.status_code == 200, answer.content
    page = answer.json()
    assert page["count"] == len(page["hashRecords"])
    return page


def later(seconds: int) -> None:
    """Make everything published so far look older."""
    from datetime import timedelta

    from django.db.models import F

    Hash.objects.update(published_at=F("published_at") - timedelta(seconds=seconds))
    FeedHead.objects.update(
        published_at=F("published_at") - timedelta(seconds=seconds),
        began_at=F("began_at") - timedelta(seconds=seconds),
    )


@pytest.mark.django_db
def test_a_record_is_the_whole_present_state_of_a_hash() -> None:
    reader, judge, picture = Platform(), Platform("Judge"), photo()
    mine, theirs = claim(picture)[0], claim(picture)[0]
    record_feedback(judge.partner, Hash.objects.get(), FeedbackValue.BLOCKED, ["a"])
    withdraw(mine)
    (record,) = fetch(reader)["hashRecords"]
    assert record["signalType"] == "ImagePDQ"
    assert record["hashValue"] == picture.value
    assert record["hashStatus"] == "Active"
    assert sorted(record["caseNumbers"].values()) == ["Active", "Withdrawn"]
    assert record["CSPFeedbacks"] == [
        {"source": "Judge", "feedbackValue": "Blocked", "tags": ["a"]}
    ]
    assert isinstance(record["lastModtimestamp"], int)
    assert abs(record["lastModtimestamp"] - time.time()) < 100
    withdraw(theirs)
    start = record["lastModtimestamp"]
    (record,) = fetch(reader, start=start)["hashRecords"]
    assert record["hashStatus"] == "Withdrawn"
    assert set(record["caseNumbers"].values()) == {"Withdrawn"}


@pytest.mark.django_db
def test_what_waits_for_the_publisher_is_not_told_yet() -> None:
    platform, picture = Platform(), photo()
    (mine,) = claim(picture)
    with transaction.atomic():
        make_claims([picture], source="case", on=today())
        withdraw_claims([mine], on=today())
    (record,) = fetch(platform)["hashRecords"]
    assert list(record["caseNumbers"].values()) == ["Active"]
    publish()
    (record,) = fetch(platform)["hashRecords"]
    assert sorted(record["caseNumbers"].values()) == ["Active", "Withdrawn"]


@pytest.mark.django_db
def test_a_case_has_another_number_on_each_hash_and_for_each_partner() -> None:
    one, other = Platform(), Platform()
    claim(photo(), video())
    numbers = [
        number
        for platform in (one, other)
        for record in fetch(platform)["hashRecords"]
        for number in record["caseNumbers"]
    ]
    assert len(set(numbers)) == 4


@pytest.mark.django_db
def test_a_hash_that_is_held_back_looks_withdrawn() -> None:
    platform = Platform()
    claim(photo())
    start = fetch(platform)["nextSetTimestamp"]
    suspend(Hash.objects.get(), Holder.STAFF, "a test")
    publish()
    (record,) = fetch(platform, start=start)["hashRecords"]
    assert record["hashStatus"] == "Withdrawn"
    assert set(record["caseNumbers"].values()) == {"Withdrawn"}


@pytest.mark.django_db
def test_pages_follow_each_other_by_token() -> None:
    platform = Platform()
    claim(*(video() for _ in range(25)))
    page = fetch(platform, size=10)
    seen = [record["hashValue"] for record in page["hashRecords"]]
    while page["hasMoreRecords"]:
        page = fetch(platform, size=10, token=page["nextPageToken"])
        seen += [record["hashValue"] for record in page["hashRecords"]]
    assert page["nextPageToken"] is None
    assert sorted(seen) == sorted(Hash.objects.values_list("value", flat=True))


@pytest.mark.django_db
def test_every_pages_checkpoint_is_a_safe_place_to_begin_again() -> None:
    platform = Platform()
    for _ in range(4):
        claim(*(video() for _ in range(3)))
        later(2)
    everything = set(Hash.objects.values_list("value", flat=True))
    seen: set[str] = set()
    page = fetch(platform, size=2)
    while True:
        seen |= {record["hashValue"] for record in page["hashRecords"]}
        rest = fetch(platform, start=page["nextSetTimestamp"], size=5000)
        assert seen | {record["hashValue"] for record in rest["hashRecords"]} == everything
        if not page["hasMoreRecords"]:
            break
        page = fetch(platform, size=2, token=page["nextPageToken"])


@pytest.mark.django_db
def test_after_an_empty_answer_nothing_is_lost() -> None:
    platform = Platform()
    claim(video())
    later(50)
    last = fetch(platform)["nextSetTimestamp"]
    for start in (last + 10, int(time.time()) + 10_000):
        page = fetch(platform, start=start)
        assert page["hashRecords"] == [] and page["hasMoreRecords"] is False
        assert page["nextSetTimestamp"] <= last


@pytest.mark.django_db
def test_before_the_first_publication_there_is_an_empty_page() -> None:
    page = fetch(Platform())
    assert page == {
        "count": 0,
        "nextPageToken": None,
        "nextSetTimestamp": 10,
        "hasMoreRecords": False,
        "hashRecords": [],
    }


@pytest.mark.django_db
def test_who_begins_with_nothing_hears_of_no_old_withdrawal() -> None:
    early, late, kept = Platform(), Platform(), video()
    made = claim(video())
    claim(kept)
    start = fetch(early)["nextSetTimestamp"]
    withdraw(*made)
    assert [r["hashValue"] for r in fetch(late)["hashRecords"]] == [kept.value]
    assert "Withdrawn" in [r["hashStatus"] for r in fetch(early, start=start)["hashRecords"]]


@pytest.mark.django_db
def test_a_withdrawal_between_two_pages_of_a_first_fetch_arrives() -> None:
    platform = Platform()
    made = claim(video(), video(), video())
    page = fetch(platform, size=1)
    first = page["hashRecords"][0]["hashValue"]
    withdraw(*(each for each in made if each.hash.value == first))
    rest = fetch(platform, token=page["nextPageToken"])["hashRecords"]
    assert {r["hashValue"]: r["hashStatus"] for r in rest}[first] == "Withdrawn"


@pytest.mark.django_db
def test_the_function_key_is_the_same_or_empty() -> None:
    platform, other = Platform(), Platform()
    subscription = {"Ocp-Apim-Subscription-Key": platform.key}
    for function, status in ((platform.key, 200), ("", 200), (other.key, 401), ("é", 401)):
        headers = subscription | {"x-functions-key": function}
        assert platform.client.get(PATH, headers=headers).status_code == status
    assert platform.client.get(PATH, headers=subscription).status_code == 200
    answer = platform.client.get(PATH, headers={"Authorization": f"Bearer {platform.key}"})
    is_problem(answer, 401)
    assert "Ocp-Apim-Subscription-Key" in answer["WWW-Authenticate"]
    is_problem(platform.client.get(PATH, headers={"Ocp-Apim-Subscription-Key": "é"}), 401)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"startTimestamp": "-1"}, "startTimestamp"),
        ({"startTimestamp": "1e9"}, "startTimestamp"),
        ({"startTimestamp": "253402300800"}, "startTimestamp"),
        ({"startTimestamp": "9" * 30}, "startTimestamp"),
        ({"startTimestamp": ""}, "startTimestamp"),
        ({"pageSize": "0"}, "pageSize"),
        ({"pageSize": "-5"}, "pageSize"),
        ({"pageSize": "1000000000"}, "pageSize"),
        ({"pageSize": "5001"}, "pageSize"),
        ({"nextPageToken": "x"}, "nextPageToken"),
        ({"nextPageToken": "\x00"}, "nextPageToken"),
    ],
)
def test_a_bad_parameter_is_named_and_leaves_no_trace(query: dict[str, str], name: str) -> None:
    platform = Platform()
    claim(video())
    before = row_counts()
    problem = is_problem(platform.get(PATH, query), 400)
    assert problem["errors"][0]["parameter"] == name
    assert row_counts() == before


@pytest.mark.django_db
def test_a_token_of_another_partner_is_refused() -> None:
    one, other = Platform(), Platform()
    claim(video(), video())
    token = fetch(one, size=1)["nextPageToken"]
    is_problem(other.get(PATH, {"startTimestamp": 10, "nextPageToken": token}), 400)


@pytest.mark.django_db
def test_who_skips_ahead_is_not_noted_as_having_been_handed_what_it_skipped() -> None:
    platform = Platform()
    claim(video())
    later(100)
    fetch(platform, start=int(time.time()))
    row = FeedPosition.objects.get(partner=platform.partner, api="exchange")
    assert row.served_seq == 0
    start = fetch(platform)["nextSetTimestamp"]
    row.refresh_from_db()
    assert row.served_seq == Hash.objects.get().seq
    claim(video())
    fetch(platform, start=start)
    fetch(platform, start=int(time.time()) + 1)
    row.refresh_from_db()
    assert row.served_seq == row.passed_seq == Hash.objects.order_by("-seq")[0].seq


@pytest.mark.django_db
def test_a_page_takes_the_same_queries_whatever_its_length() -> None:
    platform = Platform()
    claim(video())
    fetch(platform)
    with CaptureQueriesContext(connection) as short:
        fetch(platform)
    made = claim(*(photo() for _ in range(30)))
    for each in made[:10]:
        record_feedback(platform.partner, each.hash, FeedbackValue.PENDING_REVIEW)
    publish()
    fetch(platform)
    with CaptureQueriesContext(connection) as long:
        assert fetch(platform)["count"] == 31
    assert len(long) == len(short)
