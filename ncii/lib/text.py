"""Text that is read beside other text: nothing in it is unseen, or turns what follows round."""

import unicodedata

# Joiners are part of words in Persian, Urdu and Hindi.
_JOINERS = str.maketrans("", "", "\u200c\u200d")


def is_line(text: str) -> bool:
    """Say whether this is one line of characters that can be seen, or are a plain space."""
    return text.translate(_JOINERS).isprintable()


def is_text(text: str) -> bool:
    """Say the same of several lines, with spaces of every width."""
    return is_line("".join(" " if c in "\r\n\t" or _is_space(c) else c for c in text))


def _is_space(symbol: str) -> bool:
    return unicodedata.category(symbol) == "Zs"
