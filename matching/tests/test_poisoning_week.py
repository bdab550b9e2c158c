"""A small made-up week (matching/bench/poisoning.py): what the rules keep out and whom they hurt."""

from collections.abc import Callable

import pytest

from matching.bench.poisoning import Picture, Plan, Week
from matching.review import rules

pytestmark = pytest.mark.django_db

SMALL = Plan(honest=600, poisoned=12, days=4, steps_a_day=6, answers_a_day=24, seed=3)


def hours(week: Week, which: Callable[[Picture], bool]) -> list[float]:
    return [each.hours_in_feed for each in week.pictures if which(each)]


def is_loud(each: Picture) -> bool:
    return each.sort in ("logo", "meme")


@pytest.fixture
def week() -> Week:
    week = Week(SMALL)
    week.run()
    return week


def test_loud_poison_leaves_the_feed_soon_and_honest_hashes_stay(week: Week) -> None:
    honest = [each for each in week.pictures if not each.poisoned]
    loud = hours(week, is_loud)
    assert len(loud) >= 6
    assert max(loud) <= 24
    held = [each for each in honest if each.hours_held]
    assert len(held) <= 0.01 * len(honest)


def test_without_the_rules_it_would_stay(monkeypatch, week: Week) -> None:
    monkeypatch.setattr(rules, "suspend", lambda *_: False)
    without = Week(SMALL.__class__(**vars(SMALL) | {"answers_a_day": 0, "seed": 4}))
    without.run()
    assert max(hours(without, is_loud)) > 24
