"""Everybody locks in one order: hashes, in the bank's order, then items, then the audit's head.

And what is read to be changed is read under the lock.
"""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.utils import timezone

from hashes.models import Claim, Hash
from hashes.publisher import publish
from hashes.services import lock_hashes, purge_hashes
from matching.harmless.services import add_harmless
from matching.models import Action, ReviewItem
from matching.review import rules
from matching.review import services as review
from matching.services import Match, record_verdicts, report_match
from matching.tests.crossing import Side, on_postgresql, until_waiting
from matching.tests.index_data import add, random_values
from matching.tests.test_review_admin import staff, step
from ncii.staff import audit
from ncii.staff.approvals import ask, decide
from ncii.staff.models import AuditEntry
from ncii.staff.roles import LEAD
from partners.contributions import Contributed, contribute
from partners.models import Feedback, Partner
from partners.pseudonyms import hash_id
from partners.services import Said
from partners.tests.api_helpers import Platform, withdraw

pytestmark = [pytest.mark.django_db(transaction=True), on_postgresql]

FIRST, SECOND = sorted(random_values(2, seed=61))


@pytest.fixture
def held() -> Hash:
    add(FIRST)
    return Hash.objects.get(value=FIRST)


@pytest.fixture
def withdrawn(held: Hash) -> Hash:
    """Published as withdrawn, so that partners may still speak of it and staff may erase it."""
    withdraw(*Claim.objects.filter(hash=held))
    return held


def lead(name: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=LEAD))
    return user


def test_a_decision_on_the_page_and_a_dispute_that_meet_both_go_through(held: Hash) -> None:
    social, ann = Partner.objects.create(name="Social"), staff("ann")
    report_match(social, held, Match(7, timezone.now(), Action.REVIEW))
    item = ReviewItem.objects.get()
    with transaction.atomic():
        lock_hashes([held.pk])
        decision = Side(lambda: step(ann, item, "keep"))
        until_waiting(decision)
        record_verdicts(social, {held.pk: Said("NotBlocked")})
    assert "Done." in decision.end()
    assert Feedback.objects.get().value == "NotBlocked"
    item.refresh_from_db()
    assert (item.kind, item.decision) == ("dispute", "keep")


def test_an_approval_that_erases_and_a_rule_that_writes_to_the_audit_both_go_through(
    withdrawn: Hash,
) -> None:
    ada, bob = lead("ada"), lead("bob")
    asked = ask(ada, "purge", subject="x", payload={"first": 1, "last": 9}, reason="a court asks")
    with transaction.atomic():
        lock_hashes([withdrawn.pk])
        approval = Side(lambda: decide(asked, bob, approve=True))
        until_waiting(approval)
        audit.record("rule", "hash.suspend.spike", str(withdrawn))
    assert approval.end().outcome == "erased: 1"
    acts = AuditEntry.objects.order_by("number").values_list("act", flat=True)
    assert list(acts) == ["asked", "hash.suspend.spike", "approved", "done: purge"]
    assert not list(audit.verify())


def test_an_approval_that_erases_and_a_publisher_that_holds_back_both_go_through(
    withdrawn: Hash,
) -> None:
    ada = lead("ada")
    add_harmless([("ImagePDQ", SECOND, "a flag")], None)
    contribute(Partner.objects.create(name="Social"), [Contributed("ImagePDQ", SECOND, 100)])
    with transaction.atomic():
        assert purge_hashes(1, 9) == 1
        publication = Side(publish)
        until_waiting(publication)
        audit.record(ada, "approved")
    assert publication.end() == 1
    assert AuditEntry.objects.filter(act="hash.suspend.harmless").count() == 1
    assert not list(audit.verify())


def test_a_platform_that_gives_up_one_hash_and_judges_another_waits_for_both_in_order() -> None:
    social = Partner.objects.create(name="Social")
    both = [Contributed("ImagePDQ", value, 100) for value in (FIRST, SECOND)]
    first, second = contribute(social, both)
    said = {first.pk: Said("Blocked"), second.pk: Said("Withdrawn")}
    with transaction.atomic():
        lock_hashes([first.pk])
        verdicts = Side(lambda: record_verdicts(social, said))
        until_waiting(verdicts)
        lock_hashes([first.pk, second.pk])
    verdicts.end()
    assert set(Feedback.objects.values_list("value", flat=True)) == {"Blocked", "Withdrawn"}


@pytest.fixture
def noted(held: Hash) -> ReviewItem:
    """An item of the second of two hashes; the rules come to the first one first."""
    add(SECOND)
    second = Hash.objects.get(value=SECOND)
    for name in ("Social", "Search"):
        match = Match(7, timezone.now(), Action.REVIEW)
        report_match(Partner.objects.create(name=name), second, match)
    return ReviewItem.objects.filter(hash=second).earliest("pk")


def test_a_rule_that_holds_back_two_hashes_and_a_note_on_one_both_go_through(
    held: Hash, noted: ReviewItem
) -> None:
    ann = User.objects.create_user("ann")
    both = {held.pk: "a spike", noted.hash_id: "a spike"}
    with transaction.atomic():
        review.take(noted, ann)
        spikes = Side(lambda: rules.hear_spikes(both, {}))
        until_waiting(spikes)
        review.note(noted, ann, "asked the platform")
    assert spikes.end() == 2


def test_disputes_of_two_hashes_and_a_note_on_one_both_go_through(
    held: Hash, noted: ReviewItem
) -> None:
    ann = User.objects.create_user("ann")
    said = {held.pk: Said("NotBlocked"), noted.hash_id: Said("NotBlocked")}
    first, second = (Partner.objects.create(name=name) for name in ("One", "Two"))
    record_verdicts(first, said)
    with transaction.atomic():
        review.take(noted, ann)
        disputes = Side(lambda: record_verdicts(second, said))
        until_waiting(disputes)
        review.note(noted, ann, "asked the platform")
    disputes.end()
    assert AuditEntry.objects.filter(act="hash.suspend.disputes").count() == 2


def test_a_report_never_takes_back_a_verdict_that_comes_meanwhile(held: Hash) -> None:
    social = Partner.objects.create(name="Social")
    with transaction.atomic():
        record_verdicts(social, {held.pk: Said("Blocked", ("nudity",))})
        report = Side(lambda: report_match(social, held, Match(7, timezone.now(), Action.REVIEW)))
        until_waiting(report)
    report.end()
    said = Feedback.objects.get()
    assert (said.value, said.tags) == ("Blocked", ["nudity"])


@pytest.mark.parametrize("what", ["matches", "dispute", "verdict", "SubmitFeedback"])
def test_what_is_said_of_a_hash_that_is_erased_meanwhile_is_said_of_none(
    withdrawn: Hash, what: str
) -> None:
    platform = Platform()
    name = hash_id(platform.partner.pk, withdrawn.pk)
    key = {"Idempotency_Key": str(uuid.uuid4())}
    match = {"id": name, "distance": 1, "matched_at": timezone.now().isoformat(), "action": "none"}
    feedback = {"hashValue": withdrawn.value, "feedbackValue": "NotBlocked", "tags": []}
    say: Any = {
        "matches": lambda: platform.post("/api/v1/matches", match, **key),
        "dispute": lambda: platform.post(
            f"/api/v1/hashes/{name}/dispute", {"reason": "news"}, **key
        ),
        "verdict": lambda: platform.send(
            "PUT", f"/api/v1/hashes/{name}/verdict", {"value": "NotBlocked"}
        ),
        "SubmitFeedback": lambda: platform.post(
            "/v1/SubmitFeedback", {"count": 1, "hashFeedbacks": [feedback]}
        ),
    }[what]
    with transaction.atomic():
        lock_hashes([withdrawn.pk])
        said = Side(say)
        until_waiting(said)
        assert purge_hashes(1, 1000) == 1
    answer = said.end()
    assert answer.status_code == 404, answer.content
    assert not Feedback.objects.exists()
    assert not ReviewItem.objects.exists()
