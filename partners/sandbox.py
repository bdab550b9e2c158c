"""The made-up bank that sandbox keys see. It imports no table: nothing real can be reached from here.

It is a log of twenty changes: sixteen hashes, then two withdrawals, a confirmation and a dispute of
some of them, so that a client meets all that it will meet. Two of the photos are near each other.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hashes.signal_types import ImagePDQ, VideoMD5, signal_type

BEGAN = 1767225600  # 2026-01-01T00:00:00Z; each change comes a minute after the one before
MINUTE = 60
FIRST_PAGE = 16
VARIANT = "original"
_CURSOR = "sandbox."
PLATFORM = "A made-up platform"
_SAID = {"confirmed": ("Blocked",), "disputed": ("NotBlocked",)}


@dataclass(frozen=True)
class Row:
    """One change of the log."""

    seq: int
    id: str
    signal: str
    value: str
    state: str = "Active"
    confidence: str = "unverified"

    @property
    def at(self) -> int:
        """When it was published, in Unix seconds."""
        return BEGAN + self.seq * MINUTE

    @property
    def said(self) -> tuple[str, ...]:
        """What another platform says of it."""
        return _SAID.get(self.confidence, ())


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(("sandbox", *parts)).encode()).hexdigest()


def _photo(number: int) -> str:
    """A value with as many ones as zeros, as PDQ makes them."""
    half = _digest("photo", number)[:32]
    return half + f"{int(half, 16) ^ (2**128 - 1):032x}"


def name_for(signal: str, value: str) -> str:
    """Return the sandbox's id of a hash."""
    return _digest("id", signal, value)[:32]


def _row(seq: int, signal: str, value: str, **more: str) -> Row:
    return Row(seq, name_for(signal, value), signal, value, **more)


def _log() -> tuple[Row, ...]:
    photos = [*ImagePDQ.examples, *(_photo(number) for number in range(10))]
    signals = [(ImagePDQ.name, value) for value in photos]
    signals += [(VideoMD5.name, _digest("video", number)[:32]) for number in range(4)]
    first = [_row(seq, *signal) for seq, signal in enumerate(signals, start=1)]
    then = [
        _row(17, *signals[3], state="Withdrawn"),
        _row(18, *signals[4], confidence="confirmed"),
        _row(19, *signals[13], state="Withdrawn"),
        _row(20, *signals[5], confidence="disputed"),
    ]
    return tuple(first + then)


LOG = _log()
NOW = {row.id: row for row in LOG}


def made_up_data(event: str) -> dict[str, object]:
    """Return what a webhook of that event carries as `data`, about the made-up bank."""
    judged = next(row for row in LOG if row.confidence == "confirmed")
    carried: dict[str, dict[str, object]] = {
        "hashes.published": {"cursor": cursor(FIRST_PAGE)},
        "hashes.withdrawn": {"cursor": cursor(len(LOG))},
        "match.reviewed": {"id": judged.id, "kind": "match", "outcome": "kept"},
        "key.expiring": {
            "key": "nhb_aaaaaaaaaaaa",
            "label": "made up",
            "expires_at": "2027-01-01T00:00:00Z",
        },
        "webhook.test": {},
    }
    return carried[event]


class NoCursor(ValueError):
    """The text is no cursor of the sandbox."""


def page(
    after: int, limit: int, signal: str = "", confidence: str = "", variants: Sequence[str] = ()
) -> tuple[Sequence[Row], int]:
    """Return changes after `after`, and the place the reader has reached with them.

    Every hash is of VARIANT. A page never holds both a hash and its withdrawal, as no page of the
    real feed does.
    """
    end = FIRST_PAGE if after < FIRST_PAGE else len(LOG)
    rows = [row for row in LOG[after:end] if signal in ("", row.signal)]
    if variants and VARIANT not in variants:
        rows = []
    if confidence:
        rows = [row for row in rows if confidence == row.confidence or row.seq > FIRST_PAGE]
    return rows[:limit], (rows[limit - 1].seq if len(rows) > limit else end)


def cursor(seq: int) -> str:
    """Return the cursor for that place: readable, as there is nothing to hide."""
    return f"{_CURSOR}{seq}"


def read_cursor(text: str) -> int:
    """Return the cursor's place; raise NoCursor."""
    number = text.removeprefix(_CURSOR)
    if not text.startswith(_CURSOR) or not number.isascii() or not number.isdigit():
        raise NoCursor
    if len(number) > 3 or int(number) > len(LOG):
        raise NoCursor
    return int(number)


def after_second(start: int) -> int:
    """Return the place after which everything was published at that Unix second or later."""
    return next((row.seq - 1 for row in LOG if row.at >= start), len(LOG))


def known(signal: str, value: str) -> Row | None:
    """Return the hash of that signal as it now stands."""
    return next((row for row in NOW.values() if (row.signal, row.value) == (signal, value)), None)


def near(signal: str, value: str, distance: int) -> list[dict[str, Any]]:
    """Return the active hashes within that many bits, as a look-up answers them."""
    kind = signal_type(signal)
    reach = distance if signal == ImagePDQ.name else 0
    found = [
        (kind.distance(value, row.value), row)
        for row in NOW.values()
        if row.signal == signal and row.state == "Active"
    ]
    return [
        {"id": row.id, "distance": bits, "confidence": row.confidence}
        for bits, row in sorted(found, key=lambda pair: pair[0])
        if bits <= reach
    ]
