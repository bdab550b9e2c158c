"""API keys: `nhb_` + public id (12) + secret (26 base-32 symbols, 130 bits) + checksum (7).

The checksum is CRC-32 of all that stands before it: a mistyped key never reaches the database.
"""

import base64
import hmac
import secrets
import zlib
from dataclasses import dataclass

from django.conf import settings

from ncii.lib.keyring import Keyring, UnknownKey

PREFIX = "nhb_"
ID_LENGTH = 12
SECRET_LENGTH = 26
CHECK_LENGTH = 7
_SYMBOLS = "abcdefghijklmnopqrstuvwxyz234567"
_PURPOSE = "api key"


@dataclass(frozen=True)
class NewKey:
    """A fresh key: `text` is shown once, the rest is stored."""

    text: str
    public_id: str
    digest: str
    digest_key_id: str


def _random(length: int) -> str:
    return "".join(secrets.choice(_SYMBOLS) for _ in range(length))


def _checksum(body: str) -> str:
    raw = zlib.crc32(body.encode()).to_bytes(4, "big")
    return base64.b32encode(raw).decode().rstrip("=").lower()


def new_key() -> NewKey:
    """Make a key from a CSPRNG."""
    public_id = _random(ID_LENGTH)
    body = PREFIX + public_id + _random(SECRET_LENGTH)
    text = body + _checksum(body)
    ring = Keyring.parse(settings.API_KEY_KEYS)
    return NewKey(text, public_id, ring.digest(_PURPOSE, text), ring.current_id)


def public_id_of(text: str) -> str | None:
    """Return the public id of a well-formed key, None for anything else."""
    expected = len(PREFIX) + ID_LENGTH + SECRET_LENGTH + CHECK_LENGTH
    if len(text) != expected or not text.startswith(PREFIX) or not text.isascii():
        return None
    body, check = text[:-CHECK_LENGTH], text[-CHECK_LENGTH:]
    if not hmac.compare_digest(_checksum(body), check):
        return None
    return body[len(PREFIX) : len(PREFIX) + ID_LENGTH]


def opens(text: str, digest: str, digest_key_id: str) -> bool:
    """Say whether the key is the one whose keyed digest was stored."""
    try:
        made = Keyring.parse(settings.API_KEY_KEYS).digest(_PURPOSE, text, key_id=digest_key_id)
    except UnknownKey:
        return False
    return hmac.compare_digest(made, digest)
