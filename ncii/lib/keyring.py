"""Keyed digests under keys that have ids and live outside the database.

A keyring is written ``id:secret,id:secret``; the first key is current, the others still open
what was made under them. An id is stored beside each digest, so a key can be retired one row
at a time.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MINIMUM_SECRET_LENGTH = 32


class KeyringError(ValueError):
    """The keyring's text is malformed, repeats an id or holds a short secret."""


class UnknownKey(KeyError):
    """A digest names a key id that is no longer in the keyring."""


@dataclass(frozen=True)
class Keyring:
    """Keys by id, current first."""

    keys: tuple[tuple[str, bytes], ...]

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Parse ``id:secret,…``; raise KeyringError when it can't be trusted."""
        return _parse(text)

    @property
    def current_id(self) -> str:
        """The id of the key that new digests are made under."""
        return self.keys[0][0]

    def key(self, key_id: str) -> bytes:
        """Return the key of that id; raise UnknownKey."""
        for known_id, key in self.keys:
            if known_id == key_id:
                return key
        raise UnknownKey(key_id)

    def digest(self, purpose: str, *parts: str, key_id: str | None = None) -> str:
        """Return HMAC-SHA-256 (RFC 2104) as 64 hex digits.

        `purpose` keeps digests of different uses apart; parts are length-prefixed, so that no
        two lists of parts give the same message.
        """
        message = b"".join(
            len(raw).to_bytes(4, "big") + raw for raw in (p.encode() for p in (purpose, *parts))
        )
        return hmac.new(self.key(key_id or self.current_id), message, hashlib.sha256).hexdigest()

    def digests(self, purpose: str, *parts: str) -> Iterator[tuple[str, str]]:
        """Yield (key id, digest) under every key, for look-ups while a key is being retired."""
        for key_id, _ in self.keys:
            yield key_id, self.digest(purpose, *parts, key_id=key_id)

    def fernet_keys(self) -> list[bytes]:
        """Return the keys in the form `cryptography.fernet.Fernet` takes, current first."""
        return [base64.urlsafe_b64encode(hashlib.sha256(key).digest()) for _, key in self.keys]


@lru_cache(maxsize=32)
def _parse(text: str) -> Keyring:
    keys = []
    for entry in text.split(","):
        key_id, separator, value = entry.strip().partition(":")
        if not separator or not key_id:
            raise KeyringError("A keyring is written id:secret,id:secret.")
        if len(value) < MINIMUM_SECRET_LENGTH:
            raise KeyringError(f"Key {key_id} is shorter than {MINIMUM_SECRET_LENGTH} characters.")
        keys.append((key_id, value.encode()))
    if len({key_id for key_id, _ in keys}) != len(keys):
        raise KeyringError("A keyring names each key id once.")
    return Keyring(tuple(keys))
