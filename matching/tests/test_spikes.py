"""Spikes: what is held back, what is only queued, what is left alone, and how it ends."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from hashes.models import Claim, Hash, Holder, State, Suspension
from hashes.publisher import publish
from matching.models import Action, Decision, Kind, MatchReport, ReviewEntry, ReviewItem, Step
from matching.review import rules
from matching.review import services as review
from matching.review.selectors import queue
from matching.services import record_verdicts
from matching.spikes import FEWEST_PEERS, WINDOW, find_spikes
from matching.tasks import watch_spikes
from matching.tests.index_data import add, random_values
from ncii.lib.days import today
from ncii.staff.models import AuditEntry
from partners.models import Partner
from partners.services import Said

pytestmark = pytest.mark.django_db

LEAST, TIMES = 100, 10  # the defaults, which the tests pin


@pytest.fixture(autouse=True)
def limits(settings) -> None:
    settings.SPIKE_LEAST_MATCHES, settings.SPIKE_TIMES = LEAST, TIMES
    settings.SPIKE_LEAST_PARTNERS = 5


@pytest.fixture
def bank() -> list[Hash]:
    """One hash to look at, and peers of the same age."""
    values = random_values(FEWEST_PEERS + 11, seed=31)
    add(*values)
    Claim.objects.update(made_on=today())
    return list(Hash.objects.order_by("pk"))


def platforms(count: int) -> list[Partner]:
    return [Partner.objects.create(name=f"P{number}") for number in range(count)]


def seen(partner: Partner, held: Hash, count: int, ago: timedelta = timedelta(hours=1)) -> None:
    """Report as many matches as `count`: the item by the real way, the rest in bulk."""
    now = timezone.now()
    review.open_items(partner, [held.pk], Kind.MATCH)
    MatchReport.objects.bulk_create(
        MatchReport(
            partner=partner,
            hash=held,
            distance=3,
            matched_at=now - ago,
            action=Action.REVIEW,
            received_at=now - ago,
        )
        for _ in range(count)
    )


def calm(partners: Sequence[Partner], hashes: Sequence[Hash], each: int = 3) -> None:
    for partner in partners:
        for held in hashes:
            seen(partner, held, each)


def state(held: Hash) -> str:
    publish()
    return Hash.objects.get(pk=held.pk).published_state


def test_a_spike_at_two_platforms_is_held_back_queued_first_and_explained(bank: list[Hash]) -> None:
    hot, *others = bank
    two = platforms(2)
    calm(two, others)
    for partner in two:
        seen(partner, hot, LEAST)
    watch_spikes()
    assert state(hot) == State.WITHDRAWN
    assert Hash.objects.filter(suspended=True).count() == 1
    first, second = queue()[:2]
    assert {first.hash, second.hash} == {hot} and first.kind == Kind.SPIKE
    why = Suspension.objects.get().why
    assert why.startswith("2 platforms: 100 matches in 24 hours where 3 are usual")
    entry = AuditEntry.objects.get(act="hash.suspend.spike")
    assert (entry.who, entry.detail) == ("rule", why)
    assert ReviewEntry.objects.filter(step=Step.SUSPENDED, text=why).count() == 2
    watch_spikes()
    assert AuditEntry.objects.filter(act="hash.suspend.spike").count() == 1


def test_one_platform_alone_makes_a_hash_suspect_and_holds_nothing_back(bank: list[Hash]) -> None:
    hot, *others = bank
    one, two = platforms(2)
    calm([one, two], others)
    seen(one, hot, 50 * LEAST)
    seen(two, hot, 3)
    watch_spikes()
    assert state(hot) == State.ACTIVE
    assert {item.kind for item in ReviewItem.objects.filter(hash=hot)} == {Kind.SPIKE}


@pytest.mark.parametrize(
    ("usual", "count", "held_back"),
    [(3, LEAST - 1, False), (3, LEAST, True), (20, 199, False), (20, 200, True)],
)
def test_both_the_least_and_the_multiple_must_be_reached(
    bank: list[Hash], usual: int, count: int, held_back: bool
) -> None:
    hot, *others = bank
    two = platforms(2)
    calm(two, others, usual)
    for partner in two:
        seen(partner, hot, count)
    assert (hot.pk in find_spikes(timezone.now()).certain) == held_back


@pytest.mark.parametrize(("count", "held_back"), [(10 * LEAST - 1, False), (10 * LEAST, True)])
def test_a_small_bank_needs_ten_times_as_many(
    bank: list[Hash], count: int, held_back: bool
) -> None:
    hot, *others = bank
    two = platforms(2)
    calm(two, others[: FEWEST_PEERS - 1])
    for partner in two:
        seen(partner, hot, count)
    assert (hot.pk in find_spikes(timezone.now()).certain) == held_back


def test_a_quarter_of_the_peers_being_poisoned_hides_none(bank: list[Hash]) -> None:
    poisoned, honest = bank[:7], bank[7:]
    two = platforms(2)
    calm(two, honest)
    calm(two, poisoned, LEAST)
    assert find_spikes(timezone.now()).certain.keys() == {held.pk for held in poisoned}


def test_an_old_hash_is_compared_with_old_ones(bank: list[Hash]) -> None:
    hot, *others = bank
    two = platforms(2)
    calm(two, others, 50)
    for partner in two:
        seen(partner, hot, 300)
    assert not find_spikes(timezone.now()).certain
    Claim.objects.filter(hash=hot).update(made_on=today() - timedelta(days=60))
    assert not find_spikes(timezone.now()).certain, "alone of its age: nothing to compare with"
    for partner in two:
        seen(partner, hot, 10 * LEAST)
    assert find_spikes(timezone.now()).certain.keys() == {hot.pk}


def test_many_platforms_at_once_hold_a_hash_back(bank: list[Hash]) -> None:
    hot, *others = bank
    five = platforms(5)
    for number, held in enumerate(others):
        seen(five[number % 5], held, 2)
    for partner in five:
        seen(partner, hot, LEAST // 5)
    (why,) = find_spikes(timezone.now()).certain.values()
    assert why.startswith("5 platforms match it at once, on 100 uploads")
    MatchReport.objects.filter(hash=hot, partner=five[0]).delete()
    assert not find_spikes(timezone.now()).certain


def test_what_was_reported_before_the_window_does_not_count(bank: list[Hash]) -> None:
    hot, *others = bank
    two = platforms(2)
    calm(two, others)
    for partner in two:
        seen(partner, hot, 10 * LEAST, ago=WINDOW + timedelta(minutes=1))
    assert not find_spikes(timezone.now()).certain


def spike(bank: list[Hash]) -> tuple[Hash, list[Partner]]:
    hot, *others = bank
    two = platforms(2)
    calm(two, others)
    for partner in two:
        seen(partner, hot, LEAST)
    return hot, two


def test_what_two_platforms_have_blocked_is_queued_and_not_held_back(bank: list[Hash]) -> None:
    hot, two = spike(bank)
    for partner in two:
        record_verdicts(partner, {hot.pk: Said("Blocked")})
    watch_spikes()
    assert state(hot) == State.ACTIVE
    assert ReviewItem.objects.filter(hash=hot, kind=Kind.SPIKE).count() == 2


def decide(item: ReviewItem, decision: Decision) -> ReviewItem:
    ann, _ = User.objects.get_or_create(username="ann")
    review.take(item, ann)
    review.decide(item, ann, decision, "the pictures of a case")
    return item


def test_what_staff_keep_stays_and_undoing_holds_it_back_again(bank: list[Hash]) -> None:
    hot, two = spike(bank)
    watch_spikes()
    why = Suspension.objects.get().why
    item = decide(ReviewItem.objects.get(hash=hot, partner=two[0]), Decision.KEEP)
    assert state(hot) == State.ACTIVE
    watch_spikes()
    assert state(hot) == State.ACTIVE
    review.undo(item, User.objects.get(), "not ours")
    assert state(hot) == State.WITHDRAWN
    assert (Suspension.objects.get().holder, Suspension.objects.get().why) == (Holder.SPIKE, why)


def test_an_unanswered_spike_is_released_after_48_hours_for_good(bank: list[Hash]) -> None:
    hot, _ = spike(bank)
    watch_spikes()
    Suspension.objects.update(since=timezone.now() - timedelta(hours=47))
    watch_spikes()
    assert state(hot) == State.WITHDRAWN
    Suspension.objects.update(since=timezone.now() - timedelta(hours=48))
    watch_spikes()
    assert state(hot) == State.ACTIVE
    assert AuditEntry.objects.filter(act="hash.release.spike").count() == 1
    assert {item.kind for item in queue().filter(hash=hot)} == {Kind.SPIKE}


def test_what_staff_hold_back_is_not_released(bank: list[Hash]) -> None:
    hot, two = spike(bank)
    watch_spikes()
    decide(ReviewItem.objects.get(hash=hot, partner=two[0]), Decision.SUSPEND)
    Suspension.objects.update(since=timezone.now() - timedelta(hours=50))
    assert rules.release_stale_spikes(timezone.now()) == 0
    assert state(hot) == State.WITHDRAWN


def test_disputes_hold_on_when_a_spike_is_released(bank: list[Hash]) -> None:
    hot, two = spike(bank)
    watch_spikes()
    for partner in two:
        record_verdicts(partner, {hot.pk: Said("NotBlocked")})
    assert {row.holder for row in Suspension.objects.all()} == {Holder.SPIKE, Holder.DISPUTES}
    Suspension.objects.update(since=timezone.now() - timedelta(hours=50))
    assert rules.release_stale_spikes(timezone.now()) == 1
    assert state(hot) == State.WITHDRAWN
    decide(ReviewItem.objects.filter(hash=hot)[0], Decision.KEEP)
    assert state(hot) == State.ACTIVE
