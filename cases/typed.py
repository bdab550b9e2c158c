"""What people type or paste, as it was meant: any keyboard's digits, nothing that can't be seen."""

import unicodedata


def plain(typed: str) -> str:
    """Return the text with decimal digits of every script as 0 to 9, without spaces and without
    characters that show nothing, such as marks of direction from a copied Arabic sentence.

    cases/static/cases/pin.js does the same to a PIN (Unicode, general categories Nd, Z*, Cf).
    """
    return "".join(_plain(symbol) for symbol in typed)


def _plain(symbol: str) -> str:
    if symbol.isspace() or unicodedata.category(symbol) == "Cf":
        return ""
    digit = unicodedata.decimal(symbol, None)
    return symbol if digit is None else str(digit)
