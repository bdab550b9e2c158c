"""What staff decide reaches platforms: in both feeds, signed by the bank, by bell; undone too."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from hashes.models import Confidence, Hash
from hashes.publisher import publish
from matching.models import Action, Decision, ReviewItem
from matching.review import services as review
from matching.services import Match, record_verdicts, report_match
from matching.tests.test_review_admin import staff
from ncii.staff.roles import LEAD
from partners.confidence import explain
from partners.models import BANK, Delivery, Partner, WebhookEndpoint
from partners.services import Said
from partners.tests.api_helpers import Platform, claim, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def social() -> Platform:
    return Platform("Social")


@pytest.fixture
def item(social: Platform) -> ReviewItem:
    wanted = photo()
    claim(wanted)
    held = Hash.objects.get(value=wanted.value)
    report_match(social.partner, held, Match(4, timezone.now(), Action.REVIEW))
    publish()
    return ReviewItem.objects.get()


@pytest.fixture
def ann() -> User:
    return User.objects.create_user("ann")


def decide(item: ReviewItem, who: User, decision: Decision) -> None:
    review.take(item, who)
    review.decide(item, who, decision, "the numbers say so")
    publish()


def change(reader: Platform, item: ReviewItem) -> Any:
    changes = reader.changes(limit=5000)["changes"]
    return next(each for each in changes if each["value"] == item.hash.value)


def record(reader: Platform, item: ReviewItem) -> Any:
    answer = reader.get("/v1/FetchHashes", {"startTimestamp": 0, "pageSize": 500}).json()
    return next(each for each in answer["hashRecords"] if each["hashValue"] == item.hash.value)


def bells(partner: Partner) -> list[Any]:
    rows = Delivery.objects.filter(endpoint__partner=partner, event="match.reviewed")
    return [json.loads(row.payload)["data"] for row in rows.order_by("pk")]


PENDING = {"source": "Social", "value": "PendingReview", "tags": []}


def test_keeping_confirms_in_both_feeds_under_the_bank_s_name(item: ReviewItem, ann: User) -> None:
    search = Platform("Search")
    assert change(search, item)["feedback"] == [PENDING]
    decide(item, ann, Decision.KEEP)
    read = change(search, item)
    assert read["confidence"] == "confirmed"
    assert read["feedback"] == [{"source": BANK, "value": "Blocked", "tags": []}, PENDING]
    assert record(search, item)["CSPFeedbacks"][0] == {
        "source": BANK,
        "feedbackValue": "Blocked",
        "tags": [],
    }
    lines = b"".join(search.get("/api/v1/hashes/export")).decode().splitlines()
    assert json.loads(lines[0]) == read


def test_holding_back_disputes_and_undoing_takes_all_of_it_back(
    item: ReviewItem, ann: User
) -> None:
    search = Platform("Search")
    cursor = search.changes()["next"]
    decide(item, ann, Decision.SUSPEND)
    (read,) = search.changes(after=cursor)["changes"]
    assert (read["state"], read["confidence"]) == ("Withdrawn", "disputed")
    assert read["feedback"][0] == {"source": BANK, "value": "NotBlocked", "tags": []}
    review.undo(item, ann, "it was another hash")
    publish()
    (read,) = search.changes(after=cursor)["changes"]
    assert (read["state"], read["confidence"]) == ("Active", "unverified")
    assert read["feedback"] == [PENDING]


def test_an_older_decision_speaks_again_when_a_later_one_is_undone(
    item: ReviewItem, ann: User
) -> None:
    search = Platform("Search")
    report_match(search.partner, item.hash, Match(9, timezone.now(), Action.NONE))
    later = ReviewItem.objects.get(partner=search.partner)
    decide(item, ann, Decision.KEEP)
    decide(later, ann, Decision.SUSPEND)
    item.hash.refresh_from_db()
    assert item.hash.confidence == Confidence.DISPUTED
    review.undo(later, ann, "mistaken")
    publish()
    read = change(search, item)
    assert (read["state"], read["confidence"]) == ("Active", "confirmed")


@pytest.mark.parametrize(
    ("said", "decision", "confidence", "why"),
    [
        ([], None, Confidence.UNVERIFIED, "Neither staff nor any platform"),
        (["PendingReview", "QualityUnknown"], None, Confidence.UNVERIFIED, "Neither"),
        (["NotBlocked"], None, Confidence.DISPUTED, "0 Blocked, 1 NotBlocked"),
        (["NotBlocked", "Blocked"], None, Confidence.CONFIRMED, "1 Blocked, 1 NotBlocked"),
        (["NotBlocked", "NotBlocked"], Decision.KEEP, Confidence.CONFIRMED, "Staff decided"),
        (["Blocked", "Blocked"], Decision.SUSPEND, Confidence.DISPUTED, "Staff decided"),
    ],
)
def test_confidence_follows_from_who_says_what(
    item: ReviewItem,
    ann: User,
    said: list[str],
    decision: Decision | None,
    confidence: str,
    why: str,
) -> None:
    if decision:
        decide(item, ann, decision)
    for number, value in enumerate(said):
        record_verdicts(Platform(f"P{number}").partner, {item.hash_id: Said(value)})
    item.hash.refresh_from_db()
    assert item.hash.confidence == confidence
    assert why in explain(item.hash).why
    assert explain(item.hash).confidence == confidence


def test_the_platform_that_reported_is_rung_and_no_other(
    social: Platform, item: ReviewItem, ann: User
) -> None:
    search = Platform("Search")
    for platform in (social, search):
        WebhookEndpoint.objects.create(
            partner=platform.partner, url="https://hook.example/", secret="whsec_AAAA"
        )
    name = change(social, item)["id"]
    decide(item, ann, Decision.SUSPEND)
    review.undo(item, ann, "mistaken")
    assert bells(social.partner) == [
        {"id": name, "kind": "match", "outcome": "held_back"},
        {"id": name, "kind": "match", "outcome": "reopened"},
    ]
    assert bells(search.partner) == []
    payload = Delivery.objects.filter(event="match.reviewed")[0].payload
    assert "ann" not in payload and "numbers" not in payload


def test_a_refused_decision_rings_nobody(social: Platform, item: ReviewItem, ann: User) -> None:
    WebhookEndpoint.objects.create(
        partner=social.partner, url="https://hook.example/", secret="whsec_AAAA"
    )
    review.take(item, ann)
    with pytest.raises(review.ReviewRefused):
        review.decide(item, ann, Decision.KEEP, " ")
    publish()
    assert bells(social.partner) == []
    assert change(social, item)["feedback"] == [PENDING]


@pytest.mark.parametrize("name", [BANK, BANK.upper()])
def test_no_platform_can_sign_as_the_bank(name: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.create(name=name)


def test_the_hash_s_page_says_why_its_confidence_is_so(item: ReviewItem, ann: User) -> None:
    decide(item, ann, Decision.KEEP)
    item.hash.refresh_from_db()
    text = staff("lea", LEAD).get(f"/staff/hashes/hash/{item.hash.seq}/change/").content.decode()
    assert "Staff decided that partners get it. Platforms: 0 Blocked, 0 NotBlocked." in text
    assert f"{BANK}: Blocked, Social: PendingReview" in text
