"""Retries are spread over three days, and a receiver's wish counts within bounds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.webhooks.schedule import (
    LONGEST_ASKED,
    SHORTEST_ASKED,
    WAITS,
    pause_for,
    retry_after,
    wait_after,
)

pytestmark = pytest.mark.stateless
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_fourteen_attempts_over_three_days() -> None:
    assert timedelta(days=2, hours=20) < sum(WAITS, timedelta()) <= timedelta(days=3)
    assert list(WAITS) == sorted(WAITS)
    assert wait_after(len(WAITS)) is not None
    assert wait_after(len(WAITS) + 1) is None


@given(st.integers(1, len(WAITS)))
def test_waits_are_jittered_by_a_fifth(attempts: int) -> None:
    waits = {wait_after(attempts) for _ in range(20)}
    planned = WAITS[attempts - 1]
    assert len(waits) > 1
    assert all(wait is not None and planned * 0.8 <= wait <= planned * 1.2 for wait in waits)


@given(st.integers(-(10**9), 10**9))
def test_a_receivers_wish_counts_within_bounds(seconds: int) -> None:
    asked = timedelta(seconds=seconds)
    wait = wait_after(1, asked)
    assert wait is not None
    assert SHORTEST_ASKED <= wait <= LONGEST_ASKED * 1.2
    if SHORTEST_ASKED <= asked <= LONGEST_ASKED:
        assert asked <= wait <= asked * 1.2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120", timedelta(seconds=120)),
        ("Thu, 01 Jan 2026 00:02:00 GMT", timedelta(seconds=120)),
        ("Wed, 31 Dec 2025 23:59:00 GMT", timedelta(seconds=-60)),
        ("9" * 400, timedelta(seconds=10**8)),
        ("", None),
        (None, None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("Thu, 01 Jan 2026 00:02:00 +" + "9" * 20, None),
        ("Thu, 01 Jan " + "9" * 30 + " 00:02:00 GMT", None),
    ],
)
def test_reads_seconds_and_dates(text: str | None, expected: timedelta | None) -> None:
    assert retry_after(text, NOW) == expected


def test_new_messages_wait_longer_the_longer_an_endpoint_has_failed() -> None:
    assert pause_for(None, NOW) == timedelta(0)
    assert pause_for(NOW - timedelta(minutes=10), NOW) == timedelta(minutes=5)
    assert pause_for(NOW - timedelta(days=3), NOW) == timedelta(hours=1)
