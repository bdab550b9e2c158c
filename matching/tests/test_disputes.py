"""A platform's appeal against a hash, over the API: what is taken, what it does, staff's answer."""

import json
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User

from hashes.models import Hash, State
from hashes.publisher import publish
from matching.models import Decision, Dispute, Kind, ReviewItem
from matching.review import services as review
from partners.models import Delivery, Feedback, WebhookEndpoint
from partners.sandbox import NOW
from partners.services import make_key
from partners.tests.api_helpers import Platform, claim, is_problem, row_counts, video

pytestmark = pytest.mark.django_db

LOGO = {"reason": "harmless", "note": "The logo of a newspaper, on 4,000 uploads."}


@pytest.fixture
def film() -> Hash:
    wanted = video()
    claim(wanted)
    return Hash.objects.get(value=wanted.value)


def path(platform: Platform, film: Hash) -> str:
    return f"/api/v1/hashes/{platform.name_of(film.value)}/dispute"


def post(platform: Platform, where: str, body: Any, key: str = "") -> Any:
    return platform.post(where, body, Idempotency_Key=key or str(uuid.uuid4()))


def published(film: Hash) -> str:
    publish()
    return Hash.objects.get(pk=film.pk).published_state


def answer(platform: Platform, film: Hash, decision: Decision) -> ReviewItem:
    ann, _ = User.objects.get_or_create(username="ann")
    item = ReviewItem.objects.get(partner=platform.partner, hash=film)
    review.take(item, ann)
    review.decide(item, ann, decision, "looked at the numbers")
    return item


def test_a_dispute_is_kept_queued_and_counts_as_a_verdict(film: Hash) -> None:
    social = Platform("Social")
    where = path(social, film)
    is_problem(social.get(where), 404)
    made = post(social, where, LOGO)
    assert made.status_code == 201
    known = dict(made.json())
    assert known.pop("disputed_at")
    assert known == {
        "id": social.name_of(film.value),
        **LOGO,
        "status": "open",
        "outcome": None,
        "answered_at": None,
    }
    assert social.get(where).json() == made.json()
    assert Feedback.objects.get().value == "NotBlocked"
    assert ReviewItem.objects.get().kind == Kind.DISPUTE
    assert published(film) == State.ACTIVE


def test_two_platforms_hold_it_back_two_keys_of_one_do_not(film: Hash) -> None:
    social, search = Platform("Social"), Platform("Search")
    where, theirs = path(social, film), path(search, film)
    post(social, where, LOGO)
    _, social.key = make_key(social.partner)
    assert post(social, where, {"reason": "news"}).status_code == 201
    assert published(film) == State.ACTIVE
    post(search, theirs, {"reason": "too_broad"})
    assert published(film) == State.WITHDRAWN


def test_a_dispute_and_a_verdict_are_one_rule(film: Hash) -> None:
    social, search = Platform("Social"), Platform("Search")
    where = path(social, film)
    verdict = path(search, film).replace("dispute", "verdict")
    post(social, where, LOGO)
    search.send("PUT", verdict, {"value": "NotBlocked"})
    assert published(film) == State.WITHDRAWN
    read = search.get(verdict.replace("verdict", "dispute")).json()
    assert (read["reason"], read["note"], read["status"]) == (None, "", "open")


@pytest.mark.parametrize(
    ("decision", "outcome"), [(Decision.KEEP, "kept"), (Decision.SUSPEND, "held_back")]
)
def test_staff_s_answer_is_read_and_rung_and_can_be_taken_back(
    film: Hash, decision: Decision, outcome: str
) -> None:
    social = Platform("Social")
    where = path(social, film)
    WebhookEndpoint.objects.create(
        partner=social.partner, url="https://hook.example/", secret="whsec_AAAA"
    )
    post(social, where, LOGO)
    item = answer(social, film, decision)
    read = social.get(where).json()
    assert (read["status"], read["outcome"]) == ("answered", outcome)
    assert read["answered_at"]
    bell = json.loads(Delivery.objects.get(event="match.reviewed").payload)["data"]
    assert bell == {"id": read["id"], "kind": "dispute", "outcome": outcome}
    review.undo(item, User.objects.get(), "once more")
    assert social.get(where).json()["status"] == "open"


def test_an_appeal_against_the_answer_opens_it_again(film: Hash) -> None:
    social = Platform("Social")
    where = path(social, film)
    post(social, where, LOGO)
    answer(social, film, Decision.KEEP)
    post(social, where, {"reason": "other", "note": "It is our own start page."})
    read = social.get(where).json()
    assert (read["status"], read["reason"]) == ("open", "other")
    assert Dispute.objects.count() == 2


def test_the_same_request_twice_is_one_dispute(film: Hash) -> None:
    social = Platform("Social")
    where = path(social, film)
    first, second = (post(social, where, LOGO, key="k1") for _ in range(2))
    assert first.json() == second.json() and second["Idempotent-Replayed"] == "true"
    assert Dispute.objects.count() == 1
    is_problem(post(social, where, {"reason": "news"}, key="k1"), 422)
    is_problem(social.post(where, LOGO), 400)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/reason"),
        ({"reason": "because"}, "/reason"),
        ({"reason": "other"}, "/note"),
        ({"reason": "news", "note": 1}, "/note"),
        ({"reason": "news", "note": "a" * 281}, "/note"),
        ({"reason": "news", "note": "see example.com"}, "/note"),
        ({"reason": "news", "note": "see https://x/y"}, "/note"),
        ({"reason": "news", "note": "ask ann@example"}, "/note"),
        ({"reason": "news", "note": "\u202elogo"}, "/note"),
        ({"reason": "news", "who": "me"}, "/who"),
    ],
)
def test_a_bad_field_is_named_and_leaves_no_trace(film: Hash, body: Any, pointer: str) -> None:
    social = Platform("Social")
    where = path(social, film)
    before = row_counts()
    problem = is_problem(post(social, where, body), 400)
    assert problem["errors"][0]["pointer"] == pointer
    assert row_counts() == before


@pytest.mark.parametrize(
    "note", ["", "C’est le logo d’un journal : 4 000 envois (hier).", "Это флаг."]
)
def test_a_note_is_in_any_language(film: Hash, note: str) -> None:
    social = Platform("Social")
    assert post(social, path(social, film), {"reason": "harmless", "note": note}).status_code == 201


def test_it_needs_the_scope_and_one_s_own_id(film: Hash) -> None:
    owner, stranger = Platform("Owner"), Platform("Stranger")
    where = path(owner, film)
    post(owner, where, LOGO)
    is_problem(stranger.get(where), 404)
    is_problem(post(stranger, where, LOGO), 404)
    is_problem(post(owner, f"/api/v1/hashes/{'f' * 400}/dispute", LOGO), 404)
    _, owner.key = make_key(owner.partner, scopes=["feed", "lookup"])
    is_problem(owner.get(where), 403)
    is_problem(post(owner, where, LOGO), 403)


def test_the_sandbox_answers_in_the_same_shape(film: Hash) -> None:
    tester = Platform("Tester")
    real = post(tester, path(tester, film), LOGO).json()
    _, tester.key = make_key(tester.partner, sandbox=True)
    disputed = next(row.id for row in NOW.values() if row.confidence == "disputed")
    where = f"/api/v1/hashes/{disputed}/dispute"
    made, read = post(tester, where, LOGO).json(), tester.get(where).json()
    assert made.keys() == read.keys() == real.keys()
    assert (made["status"], read["status"]) == ("open", "answered")
    assert Dispute.objects.count() == 1
    undisputed = next(row.id for row in NOW.values() if row.confidence == "unverified")
    is_problem(tester.get(f"/api/v1/hashes/{undisputed}/dispute"), 404)
    is_problem(post(tester, where, {"reason": "other"}), 400)
