"""Case numbers: 16 symbols of Crockford's base 32 (80 bits), shown XXXX-XXXX-XXXX-XXXX.

A number is derived, under a secret key, from the 192 random bits of the form it was asked for
with. So a form sent again after a broken connection gives the same number instead of a second
case, and the number itself is kept nowhere.
"""

import secrets
import unicodedata

from django.conf import settings
from django.core import signing

from cases.typed import plain
from ncii.lib.keyring import Keyring

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
TOKEN_HOURS = 24
_SALT = "cases.submission"
# What people read or type for a symbol (Crockford, "Base 32", decoding).
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def issue_token() -> str:
    """Return a one-time submission token, good for a day."""
    return signing.TimestampSigner(salt=_SALT).sign(secrets.token_urlsafe(24))


def number_for(token: str) -> str:
    """Return the 16 symbols for a submission token.

    Raises django.core.signing.BadSignature for a token that we did not issue, or that is old.
    """
    nonce = signing.TimestampSigner(salt=_SALT).unsign(token, max_age=TOKEN_HOURS * 3600)
    bits = int(Keyring.parse(settings.CASE_INDEX_KEYS).digest("case number", nonce)[:20], 16)
    return "".join(SYMBOLS[bits >> shift & 31] for shift in range(75, -1, -5))


def shown(symbols: str) -> str:
    """Return the number as people see it."""
    return "-".join(symbols[i : i + 4] for i in range(0, LENGTH, 4))


def normalise(typed: str) -> str | None:
    """Return the 16 symbols that were meant, None if the text can't be a case number."""
    # Wide letters, as East Asian keyboards type them, are the same letters (NFKC).
    text = plain(unicodedata.normalize("NFKC", typed)).upper()
    symbols = "".join(c for c in text if c not in "−_." and unicodedata.category(c) != "Pd")
    symbols = symbols.translate(_READ_AS)
    if len(symbols) != LENGTH or any(c not in SYMBOLS for c in symbols):
        return None
    return symbols
