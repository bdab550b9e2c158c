"""A short run of `make fuzz` at the server: no server error, no half-written row."""

from collections.abc import Iterator

import pytest

from ncii.tests.fuzz.invariants import RULES, broken
from ncii.tests.fuzz.run import PATIENT, fuzz
from ncii.tests.stack import Stack

CALLS = 600


@pytest.fixture(scope="module")
def patient() -> Iterator[Stack]:
    """A product that does not tire of requests."""
    with Stack(PATIENT) as running:
        yield running


@pytest.mark.e2e
def test_made_up_requests_break_nothing(patient: Stack) -> None:
    report = fuzz(patient, CALLS, seconds=300, processes=2, steps=1)
    assert report.wrong == []
    assert report.total > CALLS * 0.9, report
    assert {"200", "201", "400"} <= {line.rpartition(" ")[2] for line in report.seen}


@pytest.mark.django_db
def test_nothing_is_broken_where_nothing_is() -> None:
    assert list(broken()) == []
    assert len(RULES) == 13
