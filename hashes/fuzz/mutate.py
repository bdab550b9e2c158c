"""Small damages to a file, as a bad disk, a bad connection or a bad person would do them."""

from __future__ import annotations

import random
import struct

EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


def mutated(content: bytes, seed: int) -> bytes:
    """The same content and seed give the same damage."""
    chance = random.Random(seed)  # noqa: S311 (damage that can be repeated, no secret)
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        chance.choice((flip, overwrite, number, cut, double, blank))(data, chance)
        if not data:
            break
    return bytes(data)


def place(data: bytearray, chance: random.Random) -> int:
    """Half of the time near the start, where the structure is."""
    limit = min(len(data), 600) if chance.random() < 0.5 else len(data)
    return chance.randrange(limit)


def flip(data: bytearray, chance: random.Random) -> None:
    data[place(data, chance)] ^= 1 << chance.randrange(8)


def overwrite(data: bytearray, chance: random.Random) -> None:
    at = place(data, chance)
    length = min(chance.randrange(1, 64), len(data) - at)
    data[at : at + length] = chance.randbytes(length)


def number(data: bytearray, chance: random.Random) -> None:
    at = place(data, chance)
    form = chance.choice(("<H", ">H", "<I", ">I"))
    size = struct.calcsize(form)
    if at + size <= len(data):
        data[at : at + size] = struct.pack(form, chance.choice(EDGES) & (256**size - 1))


def cut(data: bytearray, chance: random.Random) -> None:
    at = place(data, chance)
    del data[at : at + chance.randrange(1, 2000)]


def double(data: bytearray, chance: random.Random) -> None:
    at = place(data, chance)
    data[at:at] = data[at : at + chance.randrange(1, 500)]


def blank(data: bytearray, chance: random.Random) -> None:
    at = place(data, chance)
    length = min(chance.randrange(1, 5000), len(data) - at)
    data[at : at + length] = bytes(length)
