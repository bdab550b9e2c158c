"""A small made-up week with every defence on (cases/bench/poisoning.py): what each of them stops.

Its counterpart with an open door is in matching/tests/test_poisoning_week.py.
"""

from dataclasses import replace

import pytest

from cases.bench.poisoning import Door, defended
from hashes.models import Holder
from matching.bench.poisoning import Week
from matching.bench.week.plan import HONEST, JUNK, KNOWN, UNKNOWN, Picture
from matching.tests.test_poisoning_week import SMALL

pytestmark = pytest.mark.django_db

FLOODED = replace(SMALL, flood=60, crowd=500)


def of(week: Week, *sorts: str) -> list[Picture]:
    return [each for each in week.pictures if each.sort in sorts]


@pytest.fixture
def passed() -> tuple[Week, Door]:
    return defended(FLOODED)


def test_each_defence_stops_what_it_is_for(passed: tuple[Week, Door]) -> None:
    week, door = passed
    _what_everybody_knows_never_reaches_the_feed(week)
    _what_nobody_has_listed_is_found_by_platforms_and_staff(week)
    _floods_are_slowed(door)
    _nobody_honest_is_turned_away_or_held_back(week, door)


def _what_everybody_knows_never_reaches_the_feed(week: Week) -> None:
    listed = of(week, *KNOWN)
    assert {each.sort for each in listed} == set(KNOWN)
    for each in listed:
        assert each.pk and not each.published and Holder.HARMLESS in each.held_by


def _what_nobody_has_listed_is_found_by_platforms_and_staff(week: Week) -> None:
    for each in of(week, *UNKNOWN):
        assert each.published and each.held_by and Holder.HARMLESS not in each.held_by


def _floods_are_slowed(door: Door) -> None:
    assert door.answers["flood"] == {201: 30, 429: 30}
    crowd = door.answers["crowd"]
    assert set(crowd) == {201, 428} and crowd[428] > crowd[201]


def _nobody_honest_is_turned_away_or_held_back(week: Week, door: Door) -> None:
    honest = of(week, *HONEST)
    assert all(each.pk and each.published for each in honest)
    assert {status for sort in HONEST for status in door.answers[sort]} <= {201, 428}
    assert not any(each.held_by for each in honest)
    # Junk matches nothing, so nobody ever looks at it.
    assert all(each.published for each in of(week, *JUNK) if each.pk)
