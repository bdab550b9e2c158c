"""Short `make chaos`es: web, worker, beat, Redis and PostgreSQL are killed, and nothing is lost."""

import pytest

from ncii.tests.chaos.run import run

# It brings a database and a broker of its own, so once is enough.
pytestmark = [pytest.mark.e2e, pytest.mark.stateless]


def test_every_partners_copy_equals_the_bank_whatever_is_killed() -> None:
    assert "every partner's copy equals the bank" in run(seconds=15, writers=8)


def test_the_same_on_one_machine_with_sqlite() -> None:
    assert "every partner's copy equals the bank" in run(seconds=8, writers=4, kind="sqlite")
