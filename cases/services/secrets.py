"""How a case number and a PIN are kept: so that nobody can read them back.

To find a case: HMAC(k1, number). To open it: argon2id(HMAC(k2, number ‖ PIN)), so a thief of
the database without the keys can't try the million PINs of a number, nor any number at all.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from ncii.lib.keyring import Keyring, UnknownKey


@dataclass(frozen=True)
class Sealed:
    """What is stored of a case number and PIN."""

    number_index: str
    index_key_id: str
    verifier: str
    pin_key_id: str


def _index_ring() -> Keyring:
    return Keyring.parse(settings.CASE_INDEX_KEYS)


def _pin_ring() -> Keyring:
    return Keyring.parse(settings.CASE_PIN_KEYS)


def seal(symbols: str, pin: str) -> Sealed:
    """Return what to store; takes argon2's time, so call it outside transactions."""
    index, pins = _index_ring(), _pin_ring()
    return Sealed(
        number_index=index.digest("case index", symbols),
        index_key_id=index.current_id,
        verifier=make_password(pins.digest("case pin", symbols, pin)),
        pin_key_id=pins.current_id,
    )


def indexes(symbols: str) -> list[str]:
    """Return the blind indexes of a number under every key that still opens cases."""
    return [digest for _, digest in _index_ring().digests("case index", symbols)]


def verify(symbols: str, pin: str, verifier: str, pin_key_id: str) -> bool:
    """Say whether number and PIN are the ones that were sealed; takes argon2's time always."""
    ring = _pin_ring()
    try:
        keyed = ring.digest("case pin", symbols, pin, key_id=pin_key_id)
    except UnknownKey:
        keyed, verifier = "", decoy_verifier()
    return check_password(keyed, verifier)


def is_current(index_key_id: str, pin_key_id: str) -> bool:
    """Say whether a case is sealed under the current keys."""
    return (index_key_id, pin_key_id) == (_index_ring().current_id, _pin_ring().current_id)


_decoys: list[str] = []


def decoy_verifier() -> str:
    """Return a verifier that nothing opens, made once a process with argon2's present cost."""
    if not _decoys:
        _decoys.append(make_password("no number and no PIN"))
    return _decoys[0]
