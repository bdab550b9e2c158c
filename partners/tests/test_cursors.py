"""A cursor opens for the partner it was given to, unchanged, and for nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.cursors import Cursor, CursorError, make_cursor, read_cursor

pytestmark = pytest.mark.stateless


@given(st.integers(0, 2**62), st.integers(0, 2**62))
def test_says_what_it_was_made_of(seq: int, fresh_until: int) -> None:
    text = make_cursor(7, seq, fresh_until, "ImagePDQ", "unverified")
    assert read_cursor(text, 7) == Cursor(seq, fresh_until, "ImagePDQ", "unverified")
    assert len(text) < 150


def test_of_another_partner_is_refused() -> None:
    with pytest.raises(CursorError):
        read_cursor(make_cursor(7, 12), 8)


@pytest.mark.parametrize("text", ["", ".", "12", "a.b", "é" * 20, "x" * 5000, "\x00"])
def test_made_up_text_is_refused(text: str) -> None:
    with pytest.raises(CursorError):
        read_cursor(text, 7)


def test_no_character_can_be_changed() -> None:
    text = make_cursor(7, 1234)
    for place, character in enumerate(text):
        changed = text[:place] + ("B" if character != "B" else "C") + text[place + 1 :]
        with pytest.raises(CursorError):
            read_cursor(changed, 7)


def test_opens_under_a_retired_secret_key(settings) -> None:
    text = make_cursor(7, 1234)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-of-the-bank-that-is-long-enough"
    assert read_cursor(text, 7).seq == 1234
