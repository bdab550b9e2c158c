"""Cursors: a partner's place in the feed, opaque and signed.

A cursor is good for one partner and one stream (signal × confidence × variants) and survives
restarts and a rotation of SECRET_KEY for as long as the old key stands in SECRET_KEY_FALLBACKS.
"""

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer

_VERSION = 1
_LONGEST = 300


class CursorError(ValueError):
    """The text is no cursor that this bank gave to this partner."""


@dataclass(frozen=True)
class Cursor:
    """`seq`: everything up to here was handed over. The rest as in hashes.selectors.feed_page."""

    seq: int
    fresh_until: int = 0
    signal: str = ""
    confidence: str = ""
    variants: int = 0


def _signer(partner_id: int) -> Signer:
    # The partner stands in the salt: another partner's cursor fails like a forged one.
    return Signer(salt=f"partners.cursor.{partner_id}", sep=".")


def make_cursor(
    partner_id: int,
    seq: int,
    fresh_until: int = 0,
    signal: str = "",
    confidence: str = "",
    variants: int = 0,
) -> str:
    """Return the cursor's text: URL-safe, below 150 characters."""
    fields = [_VERSION, seq, fresh_until, signal, confidence]
    return _signer(partner_id).sign_object([*fields, variants] if variants else fields)


def read_cursor(text: str, partner_id: int) -> Cursor:
    """Return what the cursor says; raise CursorError for any text this partner was not given."""
    if len(text) > _LONGEST:
        raise CursorError("The cursor is none of ours.")
    try:
        version, *fields = _signer(partner_id).unsign_object(text)
    except (BadSignature, ValueError):
        raise CursorError("The cursor is none of ours.") from None
    if version != _VERSION:
        raise CursorError("The cursor is of a form that is no longer read.")
    return Cursor(*fields)
