"""Names that mean something to one partner only.

Two partners can't join their lists by them, and none leads to a case (design, "Native partner
API" and "StopNCII exchange").
"""

from collections.abc import Iterable

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from numpy.typing import NDArray

from ncii.lib.keyring import Keyring

_PAD = bytes(8)


def _key(partner_id: int, purpose: str = "hash id") -> bytes:
    # Partners keep these names, so they are made under one key for good: a rotation of this
    # keyring would rename every hash at every partner.
    return bytes.fromhex(Keyring.parse(settings.PSEUDONYM_KEYS).digest(purpose, str(partner_id)))


def hash_id(partner_id: int, held_id: int) -> str:
    """Return the partner's name for a hash: 32 hex digits, the same each time.

    One AES-256 block (FIPS 197) under a key of the partner's own, over the row's id and eight
    zero bytes: as a permutation it is as unlinkable as an HMAC, and leads back without a table.
    """
    return hash_ids(partner_id, [held_id])[0]


def hash_ids(partner_id: int, held_ids: Iterable[int]) -> list[str]:
    """Return hash_id for each of these, in order, in one pass of the cipher."""
    return _names(_key(partner_id), held_ids)


def hash_id_column(partner_id: int, held_ids: NDArray[np.integer]) -> NDArray[np.bytes_]:
    """Return hash_ids of a column of numbers as one, of 32 ASCII bytes each."""
    blocks = np.zeros((len(held_ids), 2), ">u8")
    blocks[:, 0] = held_ids
    return np.frombuffer(_ciphered(_key(partner_id), blocks.tobytes()).encode(), "S32")


def _names(key: bytes, numbers: Iterable[int]) -> list[str]:
    names = _ciphered(key, b"".join(number.to_bytes(8, "big") + _PAD for number in numbers))
    return [names[place : place + 32] for place in range(0, len(names), 32)]


def _ciphered(key: bytes, blocks: bytes) -> str:
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305
    return encryptor.update(blocks).hex()


def held_id_of(partner_id: int, name: str) -> int | None:
    """Return the row's id behind a partner's name for a hash; None for any other text."""
    try:
        block = bytes.fromhex(name)
    except ValueError:
        return None
    if len(block) != 16 or name != block.hex():
        return None
    decryptor = Cipher(algorithms.AES(_key(partner_id)), modes.ECB()).decryptor()  # noqa: S305
    plain = decryptor.update(block)
    held_id = int.from_bytes(plain[:8], "big")
    return held_id if plain[8:] == _PAD and held_id < 2**63 else None


def claim_ids(partner_id: int, claim_pks: Iterable[int]) -> list[str]:
    """Return the partner's names for cases on hashes: different for every hash of a case."""
    return _names(_key(partner_id, "claim id"), claim_pks)


def endpoint_id(partner_id: int, endpoint_pk: int) -> str:
    """Return the partner's name for one of its webhook endpoints: 32 hex digits."""
    ring = Keyring.parse(settings.PSEUDONYM_KEYS)
    return ring.digest("endpoint id", str(partner_id), str(endpoint_pk))[:32]
