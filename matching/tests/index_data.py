"""Hashes to search in, and the plain truth about them."""

import io
import random
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

import numpy as np
import pdqhash
import skimage.data
from django.db import transaction
from PIL import Image, ImageEnhance

from hashes.models import Claim, Hash, State
from hashes.publisher import publish
from hashes.services import SignalClaim, make_claims, withdraw_claims
from matching.index.codes import from_hex
from matching.index.writer import Batch

PICTURES = ("astronaut", "brick", "camera", "chelsea", "coffee", "coins", "grass", "horse", "moon")
DAY = date(2026, 1, 2)


def random_values(count: int, seed: int = 1) -> list[str]:
    """Values without any structure, as of pictures that have nothing in common."""
    chance = random.Random(seed)
    return [f"{chance.getrandbits(256):064x}" for _ in range(count)]


def flipped(value: str, bits: Sequence[int]) -> str:
    """The value with these bits turned."""
    number = int(value, 16)
    for bit in bits:
        number ^= 1 << bit
    return f"{number:064x}"


def clustered_values(count: int, seed: int = 2) -> list[str]:
    """Values in crowds around a few centres, many of them just within or just out of reach."""
    chance = random.Random(seed)
    centres = random_values(max(1, count // 50), seed)
    return [
        flipped(chance.choice(centres), chance.sample(range(256), chance.randint(0, 40)))
        for _ in range(count)
    ]


@lru_cache(maxsize=1)
def picture_values() -> list[str]:
    """PDQ hashes of photographs and of what happens to photographs on their way round the world."""
    return [
        np.packbits(pdqhash.compute(np.asarray(copy))[0]).tobytes().hex()
        for name in PICTURES
        for copy in _copies(Image.fromarray(getattr(skimage.data, name)()).convert("RGB"))
    ]


def _copies(picture: Image.Image) -> Iterator[Image.Image]:
    picture = picture.resize((256, 256))
    yield picture
    for quality in (5, 10, 20, 40, 80):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        yield Image.open(buffer).convert("RGB")
    for strength in (0.5, 0.8, 1.25, 2.0):
        yield ImageEnhance.Brightness(picture).enhance(strength)
        yield ImageEnhance.Contrast(picture).enhance(strength)
    for border in range(1, 8):
        yield picture.crop((border, border, 256 - border, 256 - border))
    for size in (32, 64, 128, 192):
        yield picture.resize((size, size)).resize((256, 256))


def batches(values: Sequence[str], each: int = 1000, first_key: int = 1) -> Iterator[Batch]:
    """The values as a builder gets them, keys rising from `first_key`."""
    for start in range(0, len(values), each):
        some = values[start : start + each]
        yield np.arange(len(some)) + start + first_key, from_hex(some)


def brute_force(values: Sequence[str], queries: Sequence[str], radius: int) -> set[tuple]:
    """(query number, row, distance) of all that is near: in Python's own integers, one by one."""
    numbers = [int(value, 16) for value in values]
    return {
        (number, row, distance)
        for number, query in enumerate(int(query, 16) for query in queries)
        for row, value in enumerate(numbers)
        if (distance := (value ^ query).bit_count()) <= radius
    }


def add(*values: str) -> list[Claim]:
    """Bring values into the bank and publish them. Balance is not what is tested here."""
    with transaction.atomic():
        wanted = [SignalClaim("ImagePDQ", value, "as-displayed", 100) for value in values]
        claims = make_claims(wanted, source="case", on=DAY)
    publish()
    return claims


def withdraw(*claims: Claim) -> None:
    """Take claims back and publish that."""
    with transaction.atomic():
        withdraw_claims(claims, on=DAY)
    publish()


def truth(queries: Sequence[str], radius: int = 31) -> list[list[tuple[str, int]]]:
    """What a look-up must answer now: (value, distance) of each query, from the database."""
    rows = Hash.objects.filter(signal="ImagePDQ", published_state=State.ACTIVE)
    values = list(rows.order_by("pk").values_list("value", flat=True))
    answers: list[list[tuple[str, int]]] = [[] for _ in queries]
    for number, row, distance in brute_force(values, queries, radius):
        answers[number].append((values[row], distance))
    return [sorted(answer) for answer in answers]
