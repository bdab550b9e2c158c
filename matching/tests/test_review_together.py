"""One decision may answer every open item of a hash, whichever platform's; one undoing takes it back."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.utils import timezone

from hashes.models import Hash, State, Suspension
from matching.models import Decision, Kind, Reason, ReviewEntry, ReviewItem, Step
from matching.review import services as review
from matching.review.selectors import queue
from matching.review.services import ReviewRefused
from matching.services import dispute as appeal
from matching.tests.test_review import dispute, held, match, partners_see, person, platform
from matching.tests.test_review_admin import page, staff, step
from ncii.staff.models import AuditEntry
from partners.models import BankVerdict, Delivery, Partner
from partners.webhooks.endpoints import add_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def platforms() -> list[Partner]:
    made = [platform(name) for name in ("Social", "Search", "Chat")]
    for each in made:
        add_endpoint(each, f"https://{each.name.lower()}.example/bell")
    return made


@pytest.fixture
def hash_(platforms: list[Partner]) -> Hash:
    """Two platforms dispute it, so that a rule holds it back; a third has matched it."""
    known = held()
    dispute(platforms[0], known)
    dispute(platforms[1], known)
    match(platforms[2], known)
    return known


def item_of(partner: Partner) -> ReviewItem:
    return ReviewItem.objects.get(partner=partner)


def decide(item: ReviewItem, who: User, decision: Decision, together: bool = True) -> int:
    review.take(item, who)
    return review.decide(item, who, decision, "seen the numbers", together=together)


def bells(partner: Partner) -> list[Any]:
    rows = Delivery.objects.filter(endpoint__partner=partner, event="match.reviewed")
    return [json.loads(row.payload)["data"]["outcome"] for row in rows.order_by("pk")]


def steps(item: ReviewItem, which: Step) -> list[tuple[str, str]]:
    rows = ReviewEntry.objects.filter(item=item, step=which)
    return list(rows.values_list("who", "text"))


@pytest.mark.parametrize(
    ("decision", "outcome", "seen"),
    [
        (Decision.KEEP, "kept", State.ACTIVE),
        (Decision.SUSPEND, "held_back", State.WITHDRAWN),
    ],
)
def test_every_platform_is_answered_with_its_own_entry_audit_and_bell(
    platforms: list[Partner], hash_: Hash, decision: Decision, outcome: str, seen: str
) -> None:
    assert decide(item_of(platforms[0]), person("ann"), decision) == 3
    assert list(queue()) == []
    for each in platforms:
        item = item_of(each)
        assert item.decision == decision
        assert steps(item, Step.DECIDED) == [("ann", "seen the numbers")]
        assert bells(each) == [outcome]
    audited = AuditEntry.objects.filter(act="review.decided", who="ann")
    assert sorted(row.subject.split(":")[0] for row in audited) == ["Chat", "Search", "Social"]
    assert BankVerdict.objects.filter(hash=hash_).count() == 1
    assert partners_see(hash_) == seen


def test_alone_it_answers_its_own_platform_and_leaves_the_others_open(
    platforms: list[Partner], hash_: Hash
) -> None:
    first = item_of(platforms[0])
    assert decide(first, person("ann"), Decision.KEEP, together=False) == 1
    assert {item.partner for item in queue()} == set(platforms[1:])
    assert bells(platforms[1]) == bells(platforms[2]) == []


def test_what_is_on_hold_is_answered_and_what_another_has_is_left(
    platforms: list[Partner], hash_: Hash
) -> None:
    ann, bob = person("ann"), person("bob")
    on_hold, taken = item_of(platforms[1]), item_of(platforms[2])
    review.take(on_hold, bob)
    review.hold(on_hold, bob, timezone.now() + timedelta(days=1), "asked the platform")
    review.take(taken, bob)
    assert decide(item_of(platforms[0]), ann, Decision.KEEP) == 2
    assert item_of(platforms[1]).decision == Decision.KEEP
    assert list(queue()) == [taken]
    assert bells(platforms[2]) == []
    review.decide(taken, bob, Decision.KEEP, "as ann says")
    assert bells(platforms[2]) == ["kept"]


def test_items_of_other_hashes_stay_open(platforms: list[Partner], hash_: Hash) -> None:
    other = held("5" * 60 + "a1b2")
    match(platforms[0], other)
    decide(ReviewItem.objects.get(partner=platforms[1]), person("ann"), Decision.KEEP)
    assert [item.hash for item in queue()] == [other]


def test_the_bank_s_own_item_is_answered_too(platforms: list[Partner], hash_: Hash) -> None:
    review.open_items(None, [hash_.pk], Kind.HARMLESS)
    assert decide(item_of(platforms[0]), person("ann"), Decision.KEEP) == 4
    assert ReviewItem.objects.get(partner=None).decision == Decision.KEEP


def test_undoing_opens_all_of_them_and_puts_back_what_held_the_hash(
    platforms: list[Partner], hash_: Hash
) -> None:
    ann = person("ann")
    why = list(Suspension.objects.values_list("holder", "why", "since"))
    assert [holder for holder, _, _ in why] == ["disputes"]
    decide(item_of(platforms[0]), ann, Decision.KEEP)
    assert partners_see(hash_) == State.ACTIVE
    assert review.undo(item_of(platforms[2]), ann, "it was another hash") == 3
    assert {item.partner for item in queue()} == set(platforms)
    assert list(Suspension.objects.values_list("holder", "why", "since")) == why
    assert not BankVerdict.objects.exists()
    assert partners_see(hash_) == State.WITHDRAWN
    for each in platforms:
        assert bells(each) == ["kept", "reopened"]
        assert steps(item_of(each), Step.UNDONE) == [("ann", "it was another hash")]
    assert item_of(platforms[2]).leased_by == ann
    assert item_of(platforms[0]).leased_by is None


def test_undoing_leaves_what_was_decided_in_another_act(
    platforms: list[Partner], hash_: Hash
) -> None:
    ann = person("ann")
    decide(item_of(platforms[2]), ann, Decision.SUSPEND, together=False)
    decide(item_of(platforms[0]), ann, Decision.KEEP)
    assert partners_see(hash_) == State.ACTIVE
    assert review.undo(item_of(platforms[1]), ann, "mistaken") == 2
    assert item_of(platforms[2]).decision == Decision.SUSPEND
    assert partners_see(hash_) == State.WITHDRAWN
    assert BankVerdict.objects.get().value == "NotBlocked"


def test_undoing_all_that_kept_a_hash_puts_back_what_the_first_released(
    platforms: list[Partner], hash_: Hash
) -> None:
    ann = person("ann")
    why = list(Suspension.objects.values_list("holder", "why", "since"))
    for each in platforms[:2]:
        decide(item_of(each), ann, Decision.KEEP, together=False)
    review.undo(item_of(platforms[0]), ann, "mistaken")
    assert partners_see(hash_) == State.ACTIVE
    review.undo(item_of(platforms[1]), ann, "mistaken too")
    assert list(Suspension.objects.values_list("holder", "why", "since")) == why
    assert partners_see(hash_) == State.WITHDRAWN


def test_undoing_what_was_decided_anew_after_a_dispute_puts_it_back_too(
    platforms: list[Partner], hash_: Hash
) -> None:
    ann, item = person("ann"), item_of(platforms[0])
    decide(item, ann, Decision.KEEP, together=False)
    appeal(platforms[0], hash_, Reason.HARMLESS)
    decide(item, ann, Decision.KEEP, together=False)
    assert partners_see(hash_) == State.ACTIVE
    review.undo(item, ann, "mistaken")
    assert [each.holder for each in Suspension.objects.all()] == ["disputes"]
    assert partners_see(hash_) == State.WITHDRAWN


def test_a_dispute_opens_one_platform_s_item_again_and_no_other(
    platforms: list[Partner], hash_: Hash
) -> None:
    ann = person("ann")
    decide(item_of(platforms[0]), ann, Decision.KEEP)
    dispute(platforms[2], hash_)
    assert [item.partner for item in queue()] == [platforms[2]]
    assert review.undo(item_of(platforms[0]), ann, "mistaken") == 2


def test_without_a_reason_nothing_is_answered(platforms: list[Partner], hash_: Hash) -> None:
    ann, item = person("ann"), item_of(platforms[0])
    review.take(item, ann)
    with pytest.raises(ReviewRefused, match="Say why"):
        review.decide(item, ann, Decision.KEEP, "  ", together=True)
    assert queue().count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_people_who_answer_all_at_once_contradict_each_other_nowhere() -> None:
    known, start = held(), threading.Barrier(2)
    made = [platform(f"P{number}") for number in range(6)]
    for each in made:
        match(each, known)
    items = [item_of(each) for each in made[:2]]
    people = [person("ann"), person("bob")]
    for item, who in zip(items, people, strict=True):
        review.take(item, who)
    answered: list[int] = []

    def answer(item: ReviewItem, who: User, decision: Decision) -> None:
        start.wait()
        answered.append(review.decide(item, who, decision, "as I see it", together=True))
        connections.close_all()

    threads = [
        threading.Thread(target=answer, args=(items[0], people[0], Decision.KEEP)),
        threading.Thread(target=answer, args=(items[1], people[1], Decision.SUSPEND)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Whoever came first left the other's item to them, and took the rest.
    assert sorted(answered) == [1, 5]
    last = ReviewItem.objects.latest("decided_at").decision
    assert Hash.objects.get().suspended == (last == Decision.SUSPEND)
    assert BankVerdict.objects.get().value == (
        "NotBlocked" if last == Decision.SUSPEND else "Blocked"
    )
    assert ReviewEntry.objects.filter(step=Step.DECIDED).count() == 6


@pytest.mark.django_db(transaction=True)
def test_of_people_who_take_one_item_at_once_one_has_it() -> None:
    match(platform("Social"), held())
    item, start = ReviewItem.objects.get(), threading.Barrier(5)
    people = [person(f"p{number}") for number in range(5)]
    got: list[str] = []
    refused: list[str] = []

    def take(who: User) -> None:
        start.wait()
        try:
            review.take(item, who)
            got.append(who.username)
        except ReviewRefused as refusal:
            refused.append(str(refusal))
        connections.close_all()

    threads = [threading.Thread(target=take, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = got
    assert len(refused) == 4 and all(winner in words for words in refused)
    leased = ReviewItem.objects.get().leased_by
    assert leased and leased.username == winner


def test_the_page_names_the_others_and_answers_them_when_ticked(
    platforms: list[Partner], hash_: Hash
) -> None:
    ann, item = staff("ann"), item_of(platforms[0])
    text = ann.get(page(item)).content.decode()
    assert "Other items of this hash" in text
    assert 'name="together"' in text
    for each in platforms[1:]:
        assert f'<a href="{page(item_of(each))}">{each.name}</a>' in text
    answer = step(ann, item, "keep", "seen the numbers", together="on")
    assert "Done. 3 items of this hash." in answer
    assert list(queue()) == []
    text = ann.get(page(item)).content.decode()
    assert 'name="together"' not in text
    assert text.count("Partners get the hash") >= 2


def test_a_note_is_written_on_one_item_only(platforms: list[Partner], hash_: Hash) -> None:
    ann, item = staff("ann"), item_of(platforms[0])
    answer = step(ann, item, "note", "asked them", together="on")
    assert "Only a decision answers the others too." in answer
    assert not ReviewEntry.objects.filter(step=Step.NOTED).exists()


def test_an_item_that_is_alone_asks_nothing_of_others() -> None:
    known, social = held(), platform("Social")
    match(social, known)
    ann = staff("ann")
    text = ann.get(page(item_of(social))).content.decode()
    assert "Other items of this hash" not in text
    assert 'name="together"' not in text
    assert "Done." in step(ann, item_of(social), "keep")
