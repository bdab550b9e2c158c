"""The review queue in the staff's side: the next item, each step, and what stands in the way."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from hashes.models import Hash, State
from hashes.publisher import publish
from matching.models import Action, ReviewItem
from matching.services import Match, report_match
from matching.tests.index_data import add, flipped, random_values
from ncii.staff.models import AuditEntry
from ncii.staff.roles import AUDITOR, REVIEWER
from ncii.tests.staff import sign_in
from partners.models import Partner

pytestmark = pytest.mark.django_db

(VALUE,) = random_values(1, seed=21)
QUEUE = "/staff/matching/reviewitem/"


def staff(name: str, role: str = REVIEWER) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    sign_in(client, user)
    return client


@pytest.fixture
def item() -> ReviewItem:
    add(VALUE, flipped(VALUE, range(6)))
    social = Partner.objects.create(name="Social")
    report_match(
        social, Hash.objects.get(value=VALUE), Match(7, timezone.now(), Action.REVIEW, "ref-1")
    )
    return ReviewItem.objects.get()


def page(item: ReviewItem) -> str:
    return f"{QUEUE}{item.pk}/change/"


# Django's form of the history under the item, which nobody can write to.
HISTORY = {
    f"entries-{name}": value
    for name, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0), ("MAX_NUM_FORMS", 0))
}


def step(client: Client, item: ReviewItem, name: str, reason: str = "as it was reported") -> str:
    answer = client.post(page(item), {"step": name, "reason": reason, **HISTORY}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def published(item: ReviewItem) -> str:
    publish()
    return Hash.objects.get(pk=item.hash_id).published_state


def test_the_next_item_is_leased_and_tells_all_there_is(item: ReviewItem) -> None:
    answer = staff("ann").post(f"{QUEUE}next/", follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain == [(page(item), 302)]
    for known in (
        "Social: PendingReview",
        "nearest at 7 bits",
        "at 6 bits",
        "0 h of 48",
        "ann, until",
    ):
        assert known in text
    assert VALUE not in text
    other = staff("ben").post(f"{QUEUE}next/", follow=True).content.decode()
    assert "Nothing waits" in other


def test_a_decision_reaches_partners_and_can_be_undone(item: ReviewItem) -> None:
    ann = staff("ann")
    assert "Done." in step(ann, item, "suspend", "the logo of a newspaper")
    assert published(item) == State.WITHDRAWN
    text = ann.get(page(item)).content.decode()
    assert "the logo of a newspaper" in text
    assert "Done." in step(staff("ben"), item, "undo", "another newspaper")
    assert published(item) == State.ACTIVE


def test_what_another_person_has_is_refused_in_words(item: ReviewItem) -> None:
    staff("ann").post(f"{QUEUE}next/")
    assert "Ann is working on this" in step(staff("ben"), item, "suspend")
    assert published(item) == State.ACTIVE
    assert not AuditEntry.objects.filter(act__in=("changed", "review.decided")).exists()


def test_every_step_but_putting_back_needs_a_reason(item: ReviewItem) -> None:
    ann = staff("ann")
    for name in ("keep", "suspend", "note", "hold", "undo"):
        assert "Say why" in step(ann, item, name, " ")
    assert "Done." in step(ann, item, "put back", "")
    item.refresh_from_db()
    assert (item.decision, item.leased_by, item.entries.count()) == ("", None, 1)


def test_notes_holds_and_overdue_items_are_seen_in_the_list(item: ReviewItem) -> None:
    ann = staff("ann")
    step(ann, item, "note", "asked the platform")
    step(ann, item, "hold", "waiting for their answer")
    ReviewItem.objects.update(opened_at=timezone.now() - timedelta(hours=50))
    text = ann.get(QUEUE).content.decode()
    assert "50 h of 48: overdue" in text
    assert "on hold until" in text


def test_an_auditor_looks_and_does_nothing(item: ReviewItem) -> None:
    auditor = staff("eve", AUDITOR)
    text = auditor.get(page(item)).content.decode()
    assert "Social: PendingReview" in text
    assert 'name="step"' not in text
    data = {"step": "suspend", "reason": "mine", **HISTORY}
    assert auditor.post(page(item), data).status_code == 403
    assert auditor.post(f"{QUEUE}next/").status_code == 403
    assert published(item) == State.ACTIVE


def test_a_link_does_not_take_an_item(item: ReviewItem) -> None:
    assert staff("ann").get(f"{QUEUE}next/").status_code == 405
    item.refresh_from_db()
    assert item.leased_by is None
