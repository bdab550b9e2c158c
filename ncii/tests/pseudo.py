"""A language made for finding text that no catalogue has: every translated sentence wears marks.

It takes the place of German, so that everything else of a language is there.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.utils.translation import trans_real

CODE = "de"
OPEN, CLOSE = "⟦", "⟧"
_CONTEXT = "\x04"
_INNERMOST = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def mark(text: str) -> str:
    """Return the sentence as this language says it."""
    return f"{OPEN}{text}{CLOSE}" if text else text


class Marked(trans_real.DjangoTranslation):
    """A translation that knows every sentence."""

    def gettext(self, message: str) -> str:
        """Mark what was asked for, without its context."""
        return mark(message.rpartition(_CONTEXT)[2])

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Mark the form for that number."""
        return mark((msgid1 if n == 1 else msgid2).rpartition(_CONTEXT)[2])


@cache
def _marked() -> Marked:
    return Marked(CODE)


def install() -> None:
    """Put this language into the place of German, for the rest of the process."""
    real: Any = trans_real.translation

    def translation(language: str) -> trans_real.DjangoTranslation:
        return _marked() if language == CODE else real(language)

    trans_real.translation = translation


def unmarked(text: str) -> str:
    """Return what of a text stands outside all marks; empty where that holds no word."""
    before = None
    while before != text:
        before, text = text, _INNERMOST.sub("", text)
    return text.strip() if _LETTERS.search(text) else ""
