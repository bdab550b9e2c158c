"""The review queue: what opens an item, who may work on it, what a decision does, and its undoing."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hashes.models import Claim, Hash, State
from hashes.publisher import publish
from hashes.services import purge_hashes, withdraw_claims
from matching.models import Action, Decision, Kind, ReviewEntry, ReviewItem, Step
from matching.review import rules
from matching.review import services as review
from matching.review.models import ANSWER_WITHIN, LEASE
from matching.review.selectors import facts, overdue, queue
from matching.review.services import ReviewRefused
from matching.services import Match, record_verdicts, report_match
from matching.tests.index_data import add, flipped, random_values
from ncii.lib.days import today
from ncii.staff.models import AuditEntry
from partners.models import Partner
from partners.services import Said

ONE, TWO, THREE = random_values(3, seed=5)

pytestmark = pytest.mark.django_db


def person(name: str) -> User:
    return User.objects.create_user(name)


def platform(name: str) -> Partner:
    return Partner.objects.create(name=name)


def held(value: str = ONE) -> Hash:
    if not Hash.objects.filter(value=value).exists():
        add(value)
    return Hash.objects.get(value=value)


def match(partner: Partner, hash_: Hash, distance: int = 4, action: str = Action.REVIEW) -> None:
    report_match(partner, hash_, Match(distance, timezone.now(), Action(action)))


def say(partner: Partner, hash_: Hash, value: str) -> None:
    record_verdicts(partner, {hash_.pk: Said(value)})


def dispute(partner: Partner, hash_: Hash) -> None:
    say(partner, hash_, "NotBlocked")


def age(item: ReviewItem, by: timedelta) -> None:
    ReviewItem.objects.filter(pk=item.pk).update(opened_at=timezone.now() - by)


def partners_see(hash_: Hash) -> str:
    publish()
    return Hash.objects.get(pk=hash_.pk).published_state


def decided(partner: Partner, hash_: Hash, who: User, decision: Decision) -> ReviewItem:
    item = ReviewItem.objects.get(partner=partner, hash=hash_)
    review.take(item, who)
    review.decide(item, who, decision, "seen the numbers")
    return item


def test_a_platform_s_reports_on_one_hash_are_one_item() -> None:
    hash_, social, search = held(), platform("Social"), platform("Search")
    match(social, hash_)
    match(social, hash_, action=Action.BLOCKED)
    match(search, hash_)
    assert [(item.partner, item.kind) for item in queue()] == [
        (social, Kind.MATCH),
        (search, Kind.MATCH),
    ]
    assert ReviewEntry.objects.filter(step=Step.OPENED).count() == 2


def test_a_dispute_turns_the_item_and_comes_before_older_matches() -> None:
    social = platform("Social")
    match(social, held(ONE))
    match(social, held(TWO))
    dispute(social, held(TWO))
    assert [(item.hash.value, item.kind) for item in queue()] == [
        (TWO, Kind.DISPUTE),
        (ONE, Kind.MATCH),
    ]


def test_other_verdicts_open_nothing() -> None:
    for value in ("PendingReview", "Blocked", "QualityUnknown"):
        say(platform(value), held(), value)
    assert not ReviewItem.objects.exists()


def test_one_item_is_one_person_s_until_the_lease_ends() -> None:
    match(platform("Social"), held())
    ann, ben = person("ann"), person("ben")
    item = review.take_next(ann)
    assert item and review.take_next(ben) is None
    with pytest.raises(ReviewRefused, match="ann is working on this"):
        review.take(item, ben)
    for act in (
        lambda: review.note(item, ben, "mine"),
        lambda: review.decide(item, ben, Decision.KEEP, "mine"),
        lambda: review.hold(item, ben, timezone.now() + timedelta(days=1), "mine"),
        lambda: review.put_back(item, ben),
    ):
        with pytest.raises(ReviewRefused, match="no longer"):
            act()
    ReviewItem.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert review.take_next(ben) == item
    with pytest.raises(ReviewRefused, match="no longer"):
        review.decide(item, ann, Decision.KEEP, "too late")
    assert not ReviewItem.objects.exclude(decision="").exists()


def test_taking_again_lengthens_the_lease_and_putting_back_ends_it() -> None:
    match(platform("Social"), held())
    ann, ben = person("ann"), person("ben")
    item = review.take_next(ann)
    assert item
    ReviewItem.objects.update(leased_until=timezone.now() + timedelta(minutes=1))
    lengthened = review.take(item, ann)
    assert lengthened.leased_until and lengthened.leased_until > timezone.now() + LEASE * 0.9
    review.put_back(item, ann)
    assert review.take_next(ben) == item


def test_next_is_the_oldest_and_the_queue_can_be_narrowed() -> None:
    social, search, ann = platform("Social"), platform("Search"), person("ann")
    for partner, value, hours in ((social, ONE, 1), (search, TWO, 9), (social, THREE, 5)):
        match(partner, held(value))
        age(ReviewItem.objects.get(hash__value=value), timedelta(hours=hours))
    assert [item.hash.value for item in queue()] == [TWO, THREE, ONE]
    first = review.take_next(ann, queue().filter(partner=social))
    assert first and first.hash.value == THREE
    second = review.take_next(ann)
    assert second and second.hash.value == TWO


def test_what_waits_too_long_is_overdue_also_on_hold() -> None:
    match(platform("Social"), held())
    item, ann = ReviewItem.objects.get(), person("ann")
    assert not overdue().exists()
    review.take(item, ann)
    review.hold(item, ann, timezone.now() + timedelta(days=3), "asked the platform")
    age(item, ANSWER_WITHIN)
    assert list(overdue()) == [item]
    assert not queue().exists()
    assert list(queue(timezone.now() + timedelta(days=4))) == [item]


@pytest.mark.parametrize("until", [timedelta(0), timedelta(days=31)])
def test_a_hold_has_an_end_within_a_month(until: timedelta) -> None:
    match(platform("Social"), held())
    item, ann = ReviewItem.objects.get(), person("ann")
    review.take(item, ann)
    with pytest.raises(ReviewRefused, match="within the next 30"):
        review.hold(item, ann, timezone.now() + until, "for ever")


def test_suspending_hides_the_hash_from_partners_and_undoing_shows_it() -> None:
    social, hash_, ann, ben = platform("Social"), held(), person("ann"), person("ben")
    match(social, hash_)
    item = decided(social, hash_, ann, Decision.SUSPEND)
    assert partners_see(hash_) == State.WITHDRAWN
    assert not queue().exists()
    review.undo(item, ben, "it was no logo")
    assert partners_see(hash_) == State.ACTIVE
    assert list(queue()) == [item]
    steps = [(entry.who, entry.step, entry.decision) for entry in item.entries.order_by("pk")]
    assert steps == [
        ("", Step.OPENED, ""),
        ("ann", Step.DECIDED, Decision.SUSPEND),
        ("ben", Step.UNDONE, Decision.SUSPEND),
    ]
    acts = AuditEntry.objects.order_by("number").values_list("who", "act")
    assert list(acts) == [("ann", "review.decided"), ("ben", "review.undone")]


def test_undoing_one_decision_leaves_what_another_item_decided() -> None:
    hash_, ann = held(), person("ann")
    partners = [platform("Social"), platform("Search")]
    for partner in partners:
        match(partner, hash_)
    first, second = (decided(partner, hash_, ann, Decision.SUSPEND) for partner in partners)
    review.undo(first, ann, "again")
    assert partners_see(hash_) == State.WITHDRAWN
    review.undo(second, ann, "again")
    assert partners_see(hash_) == State.ACTIVE


def test_a_decision_needs_a_reason_and_is_taken_once() -> None:
    social, hash_, ann = platform("Social"), held(), person("ann")
    match(social, hash_)
    item = ReviewItem.objects.get()
    review.take(item, ann)
    with pytest.raises(ReviewRefused, match="Say why"):
        review.decide(item, ann, Decision.SUSPEND, "  ")
    assert partners_see(hash_) == State.ACTIVE
    with pytest.raises(ReviewRefused, match="no decision"):
        review.undo(item, ann, "why not")
    review.decide(item, ann, Decision.KEEP, "matches the case")
    review.take(item, ann)
    with pytest.raises(ReviewRefused, match="is decided"):
        review.decide(item, ann, Decision.SUSPEND, "second thoughts")


def test_two_platforms_disputes_hold_a_hash_back() -> None:
    hash_ = held()
    dispute(platform("Social"), hash_)
    assert partners_see(hash_) == State.ACTIVE
    dispute(platform("Search"), hash_)
    assert partners_see(hash_) == State.WITHDRAWN
    assert ReviewEntry.objects.filter(step=Step.SUSPENDED).count() == 2
    entry = AuditEntry.objects.get()
    assert (entry.who, entry.act) == ("rule", "hash.suspend.disputes")
    assert "2 platforms dispute it" in entry.detail


@pytest.mark.parametrize(
    ("blocks", "disputes", "held_back"),
    [(0, 1, False), (0, 2, True), (1, 2, False), (1, 3, True), (2, 4, False), (2, 5, True)],
)
def test_a_block_weighs_as_much_as_two_disputes(
    blocks: int, disputes: int, held_back: bool
) -> None:
    hash_ = held()
    for number in range(blocks):
        say(platform(f"B{number}"), hash_, "Blocked")
    for number in range(disputes):
        dispute(platform(f"D{number}"), hash_)
    assert (partners_see(hash_) == State.WITHDRAWN) == held_back


def test_what_is_answered_for_one_platform_comes_last_for_the_others() -> None:
    ann, social, search = person("ann"), platform("Social"), platform("Search")
    both, other = held(ONE), held(TWO)
    dispute(social, both)
    dispute(search, both)
    match(social, other)
    assert [item.hash for item in queue()] == [both, both, other]
    decided(social, both, ann, Decision.KEEP)
    assert [item.hash for item in queue()] == [other, both]
    dispute(platform("Video"), both)
    assert [(item.hash, item.whose) for item in queue()] == [
        (both, "Video"),
        (other, "Social"),
        (both, "Search"),
    ]


def test_what_staff_keep_no_further_dispute_holds_back_but_staff_hear_of_it() -> None:
    hash_, ann = held(), person("ann")
    social, search, video = platform("Social"), platform("Search"), platform("Video")
    dispute(social, hash_)
    dispute(search, hash_)
    decided(social, hash_, ann, Decision.KEEP)
    assert partners_see(hash_) == State.ACTIVE
    dispute(video, hash_)
    assert partners_see(hash_) == State.ACTIVE
    assert {item.partner for item in queue()} == {search, video}


def test_saying_the_same_again_opens_nothing_again_a_change_of_mind_does() -> None:
    social, hash_, ann = platform("Social"), held(), person("ann")
    dispute(social, hash_)
    item = decided(social, hash_, ann, Decision.KEEP)
    dispute(social, hash_)
    match(social, hash_)
    assert not queue().exists()
    say(social, hash_, "PendingReview")
    dispute(social, hash_)
    assert list(queue()) == [item]


def test_a_batch_of_disputes_takes_as_many_queries_as_one() -> None:
    values = random_values(40, seed=6)
    add(*values)
    ids = [hash_.pk for hash_ in Hash.objects.filter(value__in=values)]
    partner, counts = platform("Social"), []
    for some in (ids[:1], ids[1:]):
        with CaptureQueriesContext(connection) as queries:
            rules.hear_disputes(partner, some)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert queue().count() == 40


def test_staff_see_who_said_what_how_often_how_near_and_the_neighbours() -> None:
    near, hash_ = held(flipped(ONE, range(9))), held(ONE)
    social, search = platform("Social"), platform("Search")
    match(social, hash_, distance=12)
    match(social, hash_, distance=3)
    dispute(search, hash_)
    say(search, near, "Blocked")
    publish()
    known = facts(hash_)
    assert [(each.partner, each.count, each.nearest) for each in known.reports] == [
        ("Social", 2, 3)
    ]
    assert [(each.feedback.partner, each.value) for each in known.said] == [
        (social, "PendingReview"),
        (search, "NotBlocked"),
    ]
    (neighbour,) = known.neighbours
    assert (neighbour.value, neighbour.distance, neighbour.confidence) == (
        near.value,
        9,
        "confirmed",
    )


@pytest.mark.django_db(transaction=True)
def test_ten_people_who_ask_at_once_get_ten_different_items() -> None:
    social, start = platform("Social"), threading.Barrier(10)
    for value in random_values(10, seed=8):
        match(social, held(value))
    people = [person(f"p{number}") for number in range(10)]
    got: list[int | None] = []

    def ask(who: User) -> None:
        start.wait()
        item = review.take_next(who)
        got.append(item.pk if item else None)
        connections.close_all()

    threads = [threading.Thread(target=ask, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(pk or 0 for pk in got) == sorted(ReviewItem.objects.values_list("pk", flat=True))


def test_an_erased_hash_takes_its_items_with_it() -> None:
    hash_ = held()
    match(platform("Social"), hash_)
    hash_.claims.all().delete()
    hash_.changes.all().delete()
    hash_.delete()
    assert not ReviewItem.objects.exists() and not ReviewEntry.objects.exists()


@pytest.mark.parametrize("what", ["item", "hash"])
def test_a_step_on_what_is_gone_meanwhile_is_refused_in_words(what: str) -> None:
    hash_, ann = held(), person("ann")
    match(platform("Social"), hash_)
    item = ReviewItem.objects.get()
    review.take(item, ann)
    if what == "item":
        ReviewItem.objects.all().delete()
    else:
        _erase(hash_)
    steps = (
        lambda: review.take(item, ann),
        lambda: review.note(item, ann, "seen"),
        lambda: review.decide(item, ann, Decision.KEEP, "seen"),
        lambda: review.undo(item, ann, "mistaken"),
    )
    for step in steps:
        with pytest.raises(ReviewRefused, match="gone"):
            step()


def _erase(hash_: Hash) -> None:
    withdraw_claims(Claim.objects.filter(hash=hash_), on=today())
    publish()
    assert purge_hashes(1, 1000) == 1
