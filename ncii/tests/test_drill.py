"""A short `make drill`: an old copy of the database is put back, and no withdrawal is undone."""

import pytest

from ncii.tests.drill.run import drill

pytestmark = pytest.mark.e2e


def test_what_was_taken_back_after_the_backup_stays_taken_back() -> None:
    assert "a new reader's copy equals the bank" in drill()
