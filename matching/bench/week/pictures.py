"""Real pictures' hashes for the made-up week, the same for the same seed.

Honest ones are parts of photographs. What everybody knows is what the maker of the harmless list
draws, as somebody else has it: of another shape and size, framed by chance, compressed anew. So how
near anything is to the list, and to other copies of the same picture, is measured, not made up. What
nobody has listed stands as a random hash: it is near nothing.
"""

import random
from functools import cache

import numpy as np
import numpy.typing as npt
import pdqhash
from PIL import Image, ImageOps
from skimage import data

from hashes.signal_types import ImagePDQ, SignalError
from matching.harmless.pictures import pictures as drawn
from matching.harmless.pictures.making import copy_of

Pixels = npt.NDArray[np.uint8]
SMALLEST, LARGEST = 96, 320  # pixels
OTHERS = 30
KNOWN = {
    "flag": ("flag:",),
    "logo": ("logo:",),
    "test card": ("test card:",),
    "page": ("page:", "text:", "screen:"),
}
PHOTOGRAPHS = (
    data.astronaut,
    data.camera,
    data.chelsea,
    data.coffee,
    data.immunohistochemistry,
    data.retina,
    data.rocket,
)


def photograph(chance: random.Random) -> str:
    """Return the PDQ of a part of a photograph that intake takes."""
    while True:
        whole = chance.choice(_photographs())
        height, width = (chance.randint(SMALLEST, min(LARGEST, side)) for side in whole.shape[:2])
        top = chance.randint(0, whole.shape[0] - height)
        left = chance.randint(0, whole.shape[1] - width)
        value = _pdq(whole[top : top + height, left : left + width])
        if value:
            return value


def known(kind: str, chance: random.Random) -> tuple[str, float]:
    """Return the PDQ of a copy of a picture of that kind of KNOWN, and its reach.

    The reach is the share of other copies of the picture that are within 31 bits of this one: of
    a plain tricolour hardly any are, whatever the copy.
    """
    while True:
        whole = chance.choice(_known(kind))
        value = _pdq(_copied(whole, chance))
        if value:
            others = [_pdq(_copied(whole, chance)) for _ in range(OTHERS)]
            near = sum(ImagePDQ.distance(value, other) <= 31 for other in others if other)
            return value, near / OTHERS


def _copied(whole: Image.Image, chance: random.Random) -> Pixels:
    """Return the picture as somebody has it: two in five have put something around it."""
    shaped = whole.resize((round(whole.height * chance.uniform(1.2, 2.1)), whole.height))
    if chance.random() < 0.4:
        rim = chance.choice(((1, 1), (0, 1), (1, 0)))
        share = chance.uniform(0, 0.4) * whole.height
        colour = chance.choice(("white", "black"))
        shaped = ImageOps.expand(shaped, (round(rim[0] * share), round(rim[1] * share)), colour)
    scale = 10 ** chance.uniform(-0.7, 0.2)
    return np.asarray(copy_of(shaped, scale, chance.randint(30, 90)))


def unheard_of(chance: random.Random) -> str:
    """Return a balanced hash that is near nothing."""
    half = chance.getrandbits(128)
    return f"{half:032x}{half ^ (2**128 - 1):032x}"


@cache
def _photographs() -> tuple[Pixels, ...]:
    loaded = (Image.fromarray(load()).convert("RGB") for load in PHOTOGRAPHS)
    return tuple(np.asarray(each) for each in loaded)


@cache
def _known(kind: str) -> tuple[Image.Image, ...]:
    return tuple(picture for label, picture in drawn() if label.startswith(KNOWN[kind]))


def _pdq(pixels: Pixels) -> str:
    """Return the hash; nothing where intake would refuse it.

    Lying about the quality gains nothing: platforms drop uploads of a quality below 50.
    """
    vector, quality = pdqhash.compute(np.ascontiguousarray(pixels))
    value = np.packbits(vector).tobytes().hex()
    try:
        ImagePDQ.validate(value, int(quality))
    except SignalError:
        return ""
    return value
