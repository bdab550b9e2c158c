"""The review queue in the staff's side: the next item, each step, and what stands in the way."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from hashes.models import Hash, State
from hashes.publisher import publish
from matching.models import Action, Reason, ReviewItem
from matching.services import Match, dispute, record_verdicts, report_match
from matching.tests.index_data import add, flipped, random_values
from ncii.staff.models import AuditEntry
from ncii.staff.roles import AUDITOR, REVIEWER
from ncii.tests.staff import sign_in
from partners.models import Partner
from partners.services import Said

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


def step(
    client: Client, item: ReviewItem, name: str, reason: str = "as it was reported", **more: str
) -> str:
    sent = {"step": name, "reason": reason, **more, **HISTORY}
    answer = client.post(page(item), sent, follow=True)
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
        "PendingReview",
        "7 bits",
        "6 bits",
        "Neither staff nor any platform has judged it.",
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
    assert "Take the next item" not in auditor.get(QUEUE).content.decode()
    assert "Take the next item" in staff("ann").get(QUEUE).content.decode()
    text = auditor.get(page(item)).content.decode()
    assert "PendingReview" in text
    assert 'name="step"' not in text
    data = {"step": "suspend", "reason": "mine", **HISTORY}
    assert auditor.post(page(item), data).status_code == 403
    assert auditor.post(f"{QUEUE}next/").status_code == 403
    assert published(item) == State.ACTIVE


def test_a_link_does_not_take_an_item(item: ReviewItem) -> None:
    assert staff("ann").get(f"{QUEUE}next/").status_code == 405
    item.refresh_from_db()
    assert item.leased_by is None


def waiting(name: str, value: str, hours: int, value_said: str = "PendingReview") -> ReviewItem:
    add(value)
    held = Hash.objects.get(value=value)
    partner, _ = Partner.objects.get_or_create(name=name)
    report_match(partner, held, Match(3, timezone.now(), Action.REVIEW))
    record_verdicts(partner, {held.pk: Said(value_said)})
    item = ReviewItem.objects.get(partner=partner, hash=held)
    ReviewItem.objects.filter(pk=item.pk).update(opened_at=timezone.now() - timedelta(hours=hours))
    return item


def test_the_list_and_the_next_item_are_narrowed_alike() -> None:
    one, two, three = random_values(3, seed=22)
    old, middle = waiting("Social", one, 50), waiting("Search", two, 30)
    new = waiting("Social", three, 1, "NotBlocked")
    for query, wanted in (
        ("age=overdue", [old]),
        ("age=day", [middle]),
        ("age=new", [new]),
        (f"partner__id__exact={old.partner_id}", [new, old]),
        (f"partner__id__exact={old.partner_id}&kind__exact=match", [old]),
        ("kind__exact=spike", []),
        ("", [new, old, middle]),
    ):
        ann = staff(f"ann{ReviewItem.objects.count()}{query}"[:140])
        rows = ann.get(f"{QUEUE}?{query}").context["cl"].result_list
        assert list(rows) == wanted, query
        answer = ann.post(f"{QUEUE}next/?{query}")
        assert answer["Location"] == (page(wanted[0]) if wanted else QUEUE), query
        ReviewItem.objects.update(leased_by=None, leased_until=None)


def test_what_rules_hold_back_is_said_above_the_list_and_on_the_item() -> None:
    item = waiting("Social", VALUE, 1, "NotBlocked")
    ann = staff("ann")
    assert "held back by a rule" not in ann.get(QUEUE).content.decode()
    record_verdicts(Partner.objects.create(name="Search"), {item.hash_id: Said("NotBlocked")})
    assert "1 hash held back by a rule" in ann.get(QUEUE).content.decode()
    text = ann.get(page(item)).content.decode()
    assert "2 platforms dispute it and none blocked a match" in text
    step(ann, item, "keep")
    assert "held back by a rule" not in ann.get(QUEUE).content.decode()


def test_a_dispute_s_reason_and_every_verdict_are_shown(item: ReviewItem) -> None:
    assert item.partner
    dispute(item.partner, item.hash, Reason.HARMLESS, "Our own start page.")
    text = staff("ann").get(page(item)).content.decode()
    assert "a logo, flag, meme, blank page or stock picture" in text
    assert "Our own start page." in text
    assert "PendingReview" in text and "NotBlocked" in text
