"""A small made-up week (matching/bench/poisoning.py) with an open door: what the rules keep out, and
whom they hurt.
"""

from dataclasses import replace

import pytest

from hashes.models import Holder
from matching.bench.poisoning import Week
from matching.bench.week.pictures import KNOWN
from matching.bench.week.plan import Picture, Plan
from matching.review import rules

pytestmark = pytest.mark.django_db

# Staff make no mistakes here: what is tested is the rules.
SMALL = Plan(450, 10, 0, 0, days=3, steps_a_day=6, answers_a_day=24, staff_err=0, seed=3)


def after(plan: Plan) -> Week:
    week = Week(plan)
    week.run()
    return week


def loud(week: Week) -> list[Picture]:
    return [each for each in week.pictures if each.sort in KNOWN]


def test_what_is_everywhere_leaves_the_feed_soon_and_honest_hashes_stay() -> None:
    week = after(SMALL)
    assert len(loud(week)) >= 5
    assert all(each.published and each.held_by for each in loud(week))
    assert max(each.hours_in_feed for each in loud(week)) <= 12
    hurt = [e for e in week.pictures if not e.poisoned and e.held_by - {Holder.STAFF}]
    assert len(hurt) <= 2


def test_without_rules_and_staff_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "suspend", lambda *_: False)
    week = after(replace(SMALL, answers_a_day=0))
    assert not any(each.held_by for each in week.pictures)
    assert min(each.hours_in_feed for each in loud(week)) >= 24
