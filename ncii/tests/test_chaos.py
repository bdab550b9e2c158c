"""A short `make chaos`: web, worker, beat, Redis and PostgreSQL are killed, and nothing is lost."""

import pytest

from ncii.tests.chaos.run import run

# It brings a database and a broker of its own, so once is enough.
pytestmark = [pytest.mark.e2e, pytest.mark.stateless]


def test_every_partners_copy_equals_the_bank_whatever_is_killed() -> None:
    assert "every partner's copy equals the bank" in run(seconds=15, writers=8)
