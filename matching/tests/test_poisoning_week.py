"""Made-up weeks (matching/bench/poisoning.py): what the list and the rules keep out of the feed, for
how long the rest is in it, and whom they hurt.
"""

from dataclasses import replace

import pytest
from django.core.management import call_command

from hashes.models import Hash, Holder, State
from matching.bench.poisoning import Week
from matching.bench.week.pictures import KNOWN
from matching.bench.week.plan import Picture, Plan
from matching.review import rules

pytestmark = pytest.mark.django_db

# Staff make no mistakes here: what is tested is the rules.
SMALL = Plan(
    *(450, 10, 0, 0),
    days=3,
    steps_a_day=6,
    answers_a_day=24,
    staff_err=0,
    measured_reach=False,
    seed=3,
)

# 10,000 honest cases, 50 poisoned hashes, five partners with noise; days are fewer and steps longer
# than in docs/poisoning.md, so that it takes seconds.
LEAST_LISTED = 10
FULL = Plan(10_000, 50, 0, 0, days=3, steps_a_day=4, staff_err=0, seed=11)


def after(plan: Plan) -> Week:
    week = Week(plan)
    week.run()
    return week


def loud(week: Week) -> list[Picture]:
    """What everybody knows and is uploaded everywhere, in copies that match."""
    return [each for each in week.pictures if each.sort in KNOWN and sum(each.uploads) >= 500]


def test_what_is_everywhere_leaves_the_feed_soon_and_honest_hashes_stay() -> None:
    week = after(SMALL)
    assert len(loud(week)) >= 4
    assert all(each.published and each.held_by for each in loud(week))
    assert max(each.hours_in_feed for each in loud(week)) <= 12
    hurt = [e for e in week.pictures if not e.poisoned and e.held_by - {Holder.STAFF}]
    assert len(hurt) <= 2


def test_without_rules_and_staff_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "suspend", lambda *_: False)
    week = after(replace(SMALL, answers_a_day=0))
    assert not any(each.held_by for each in week.pictures)
    assert min(each.hours_in_feed for each in loud(week)) >= 24


def test_ten_thousand_honest_cases_and_fifty_poisoned_hashes() -> None:
    call_command("load_harmless", verbosity=0)
    week = after(FULL)
    honest = [each for each in week.pictures if not each.poisoned]
    poisoned = [each for each in week.pictures if each.poisoned]
    active = set(Hash.objects.filter(published_state=State.ACTIVE).values_list("value", flat=True))
    assert (len(honest), len(poisoned), len(week.partners)) == (10_000, 50, 5)

    _honest_ones_are_published_and_stay(honest, active)
    listed = [each for each in poisoned if Holder.HARMLESS in each.held_by]
    assert not any(each.published or each.matched for each in listed)
    _what_the_list_misses_matches_little_or_leaves(poisoned, active)
    assert len(listed) >= LEAST_LISTED


def _honest_ones_are_published_and_stay(honest: list[Picture], active: set[str]) -> None:
    assert all(each.published for each in honest)
    assert not any(Holder.HARMLESS in each.held_by for each in honest)
    assert sum(bool(each.held_by - {Holder.STAFF}) for each in honest) <= 15
    assert sum(each.value not in active for each in honest) <= 20


def _what_the_list_misses_matches_little_or_leaves(
    poisoned: list[Picture], active: set[str]
) -> None:
    """A step is six hours: what matches everywhere is gone at its end."""
    everywhere = [each for each in poisoned if each.published and sum(each.uploads) >= 500]
    assert all(each.held_by for each in everywhere)
    assert max((each.hours_in_feed for each in everywhere), default=0) <= 12
    left = [each for each in poisoned if each.value in active]
    assert len(left) <= 25
    assert sum(each.matched for each in left) <= sum(each.matched for each in poisoned) / 4
