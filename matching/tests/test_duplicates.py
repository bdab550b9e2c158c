"""Photos close to one already in the bank are taken like any other, and counted by day."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hashes.models import Hash, Holder
from hashes.publisher import leap
from hashes.services import SignalClaim, lift, make_claims, suspend
from hashes.signal_types import VideoMD5
from matching import duplicates
from matching.duplicates import count_duplicates
from matching.models import DuplicatesSeen
from matching.tasks import count_duplicates as task
from matching.tests.index_data import DAY, add, flipped, random_values, withdraw
from ncii.lib.days import today
from ncii.staff.counts import counted

pytestmark = pytest.mark.django_db
ONE, TWO, THREE, FOUR = random_values(4, seed=31)


def noted() -> int:
    return counted("hashes_near_known", today(), today()).get(today(), 0)


def test_an_empty_bank_and_one_that_was_there_before_count_nothing() -> None:
    assert count_duplicates() == 0
    add(ONE, flipped(ONE, [1]))
    assert count_duplicates() == 0
    assert noted() == 0


@pytest.mark.parametrize(("bits", "expected"), [(0, 0), (1, 1), (31, 1), (32, 0)])
def test_what_is_within_reach_of_an_older_photo_is_counted_once(bits: int, expected: int) -> None:
    """The very same value is no second hash: it is one more claim on the first."""
    add(ONE)
    count_duplicates()
    add(flipped(ONE, range(bits)), TWO)
    assert count_duplicates() == expected
    assert count_duplicates() == 0
    assert noted() == expected


def test_two_that_come_together_count_for_one() -> None:
    add(ONE)
    count_duplicates()
    add(TWO, flipped(TWO, [5]), THREE)
    assert count_duplicates() == 1


def test_what_has_gone_or_comes_back_is_not_counted() -> None:
    (old,) = add(ONE)
    count_duplicates()
    withdraw(old)
    add(flipped(ONE, [1]))
    assert count_duplicates() == 0
    add(ONE)
    assert count_duplicates() == 0, "it is older than what it is near to, and was here before"
    with transaction.atomic():
        suspend(Hash.objects.get(value=ONE), Holder.STAFF, "a test")
        lift(Hash.objects.get(value=ONE))
    add(FOUR)
    assert count_duplicates() == 0


def test_videos_are_left_to_the_database() -> None:
    add(ONE)
    count_duplicates()
    with transaction.atomic():
        make_claims(
            [SignalClaim("VideoMD5", VideoMD5.examples[0], "original")], source="case", on=DAY
        )
    add(TWO)
    assert count_duplicates() == 0


def test_many_are_counted_in_parts_and_a_leap_in_the_feed_is_no_long_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(duplicates, "AT_ONCE", 3)
    add(ONE)
    count_duplicates()
    leap()
    add(*(flipped(ONE, [n]) for n in range(10)))
    with CaptureQueriesContext(connection) as asked:
        assert count_duplicates() == 10
    assert len(asked) < 100
    assert DuplicatesSeen.objects.get().seq > 10**9


def test_two_processes_count_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    add(ONE)
    count_duplicates()
    add(flipped(ONE, [1]))
    near = duplicates._near_older

    def while_another_counts(photos: list[tuple[int, str]]) -> int:
        monkeypatch.setattr(duplicates, "_near_older", near)
        count_duplicates()
        return near(photos)

    monkeypatch.setattr(duplicates, "_near_older", while_another_counts)
    count_duplicates()
    assert noted() == 1


def test_the_task_counts() -> None:
    add(ONE)
    task()
    add(flipped(ONE, [1]))
    task()
    assert noted() == 1
