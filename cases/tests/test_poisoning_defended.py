"""A small made-up week with every defence on (cases/bench/poisoning.py): what each of them stops.

Its counterpart with an open door is in matching/tests/test_poisoning_week.py.
"""

from dataclasses import replace

import pytest

from cases.bench.poisoning import Door, defended
from hashes.models import Holder
from hashes.signal_types import ImagePDQ
from matching.bench.poisoning import Week
from matching.bench.week.pictures import KNOWN
from matching.bench.week.plan import HONEST, JUNK, UNKNOWN, Picture
from matching.management.commands.load_harmless import SHIPPED
from matching.tests.test_poisoning_week import SMALL

pytestmark = pytest.mark.django_db

# Platforms look at whatever they match, and tell poison: the dice decide no more than who errs on
# honest pictures.
FLOODED = replace(
    SMALL, poisoned=60, measured_reach=True, flood=60, crowd=500, reviewed=1, of_poisoned=(0, 1)
)
LISTED = [line[:64] for line in SHIPPED.read_text().splitlines()]


def of(week: Week, *sorts: str) -> list[Picture]:
    return [each for each in week.pictures if each.sort in sorts]


@pytest.fixture
def passed() -> tuple[Week, Door]:
    return defended(FLOODED)


def test_each_defence_stops_what_it_is_for(passed: tuple[Week, Door]) -> None:
    week, door = passed
    _what_is_near_the_list_never_reaches_the_feed(week)
    _what_nobody_has_listed_leaves_it_by_reports_and_staff(week)
    _floods_are_slowed(door)
    _nobody_honest_is_turned_away(week, door)


def _what_is_near_the_list_never_reaches_the_feed(week: Week) -> None:
    near = {each.value for each in of(week, *KNOWN) if _is_near(each)}
    assert len(near) >= 3
    for each in of(week, *KNOWN, *UNKNOWN):
        assert each.pk
        assert each.published != (each.value in near)
        assert (Holder.HARMLESS in each.held_by) == (each.value in near)


def _is_near(each: Picture) -> bool:
    return any(ImagePDQ.distance(each.value, value) <= 31 for value in LISTED)


def _what_nobody_has_listed_leaves_it_by_reports_and_staff(week: Week) -> None:
    photos = of(week, "news photo")
    assert photos
    assert all(each.published and each.held_by for each in photos)


def _floods_are_slowed(door: Door) -> None:
    assert door.answers["flood"] == {201: 30, 429: 30}
    crowd = door.answers["crowd"]
    assert set(crowd) == {201, 428} and crowd[428] > crowd[201]


def _nobody_honest_is_turned_away(week: Week, door: Door) -> None:
    honest = of(week, *HONEST)
    assert all(each.pk and each.published for each in honest)
    assert {status for sort in HONEST for status in door.answers[sort]} <= {201, 428}
    assert not any(Holder.HARMLESS in each.held_by for each in honest)
    assert sum(bool(each.held_by) for each in honest) <= 2
    # Junk matches nothing, so nobody ever looks at it.
    assert all(each.published for each in of(week, *JUNK) if each.pk)
