"""Kinds of arguments that several commands take."""

from argparse import ArgumentTypeError
from collections.abc import Callable

from ncii.lib.text import is_line


def line(most: int) -> Callable[[str], str]:
    """Return what reads a name or label: one line that can be read, of at most `most` characters.

    A line break in it would forge a line of what commands print for other programs.
    """

    def read(text: str) -> str:
        text = text.strip()
        if not text:
            raise ArgumentTypeError("it is empty.")
        if len(text) > most:
            raise ArgumentTypeError(f"it has more than {most} characters.")
        if not is_line(text):
            raise ArgumentTypeError("it holds what can't be printed: a line break, or no UTF-8.")
        return text

    return read
