"""A small made-up week (matching/bench/poisoning.py): what the rules keep out and whom they hurt."""

from dataclasses import replace

import pytest

from hashes.models import Holder
from matching.bench.poisoning import Picture, Plan, Week
from matching.review import rules

pytestmark = pytest.mark.django_db

SMALL = Plan(honest=450, poisoned=10, days=3, steps_a_day=6, answers_a_day=24, seed=3)


def after(plan: Plan) -> Week:
    week = Week(plan)
    week.run()
    return week


def logos(week: Week) -> list[Picture]:
    return [each for each in week.pictures if each.sort == "logo"]


def test_logos_leave_the_feed_soon_and_honest_hashes_stay() -> None:
    week = after(SMALL)
    assert len(logos(week)) >= 5
    assert all(each.published and each.held_by for each in logos(week))
    assert max(each.hours_in_feed for each in logos(week)) <= 12
    hurt = [e for e in week.pictures if not e.poisoned and e.held_by - {Holder.STAFF}]
    assert len(hurt) <= 2


def test_without_rules_and_staff_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "suspend", lambda *_: False)
    week = after(replace(SMALL, answers_a_day=0))
    assert not any(each.held_by for each in week.pictures)
    assert min(each.hours_in_feed for each in logos(week)) >= 24
