"""Proof of work: what a browser computes before its case is taken, while many cases come in.

After Back, "Hashcash: a denial of service counter-measure" (2002), cut into small puzzles so that
all devices of one speed take about the same time. To solve puzzle i of a challenge is to find a
64-bit nonce for which SHA-256(SHA-256(challenge) ‖ i ‖ nonce), i in 4 bytes and the nonce in 8,
most significant first, begins with BITS zeros.

A challenge is signed, holds for ten minutes, and is bound to one form; a form opens one case, so
work done once is never good for two. Nothing of it is stored.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

BITS = 12
FEWEST, MOST = 4, 24
GOOD_FOR_SECONDS = 600
_SALT = "cases.work"


@dataclass(frozen=True)
class Challenge:
    """What the browser gets: `text` to send back, `seed` (64 hexadecimal digits) to work from."""

    text: str
    puzzles: int

    @property
    def seed(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def puzzles_at(cases: int) -> int:
    """Return how many puzzles are asked for when that many cases came in ten minutes; 0 when calm.

    Twice the cases, twice the work, up to what a phone does in less than two seconds.
    """
    calm = settings.INTAKE_CALM
    if cases < calm:
        return 0
    times = cases // max(calm, 1)
    return min(FEWEST * times, MOST) if times else FEWEST


def challenge(token: str, puzzles: int) -> Challenge:
    """Return a fresh challenge for the form of that token."""
    text = signing.dumps([_form(token), puzzles], salt=_SALT)
    return Challenge(text, puzzles)


def is_done(token: str, text: str, nonces: str) -> bool:
    """Say whether the work was asked of this form, lately, and is done.

    `nonces`: hexadecimal numbers, comma-separated, one for each puzzle.
    """
    try:
        form, puzzles = signing.loads(text, salt=_SALT, max_age=GOOD_FOR_SECONDS)
    except signing.BadSignature:
        return False
    given = _numbers(nonces)
    if form != _form(token) or len(given) != puzzles:
        return False
    seed = hashlib.sha256(text.encode()).digest()
    return all(_solves(seed, number, nonce) for number, nonce in enumerate(given))


def _form(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _numbers(nonces: str) -> Sequence[int]:
    try:
        given = [int(nonce, 16) for nonce in nonces.split(",")[: MOST + 1]]
    except ValueError:
        return ()
    return given if all(0 <= nonce < 2**64 for nonce in given) else ()


def _solves(seed: bytes, number: int, nonce: int) -> bool:
    tried = hashlib.sha256(seed + number.to_bytes(4, "big") + nonce.to_bytes(8, "big")).digest()
    return int.from_bytes(tried[:4], "big") >> (32 - BITS) == 0
