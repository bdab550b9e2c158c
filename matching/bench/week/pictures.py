"""Real pictures' hashes for the made-up week, the same for the same seed.

Honest ones are parts of photographs. What everybody knows is what the maker of the harmless list
draws, as somebody else has it: of another size, compressed anew. So how near anything is to the
list is measured, not made up. What nobody has listed stands as a random hash: it is near nothing.
"""

import io
import random
from functools import cache

import numpy as np
import numpy.typing as npt
import pdqhash
from PIL import Image
from skimage import data

from hashes.signal_types import ImagePDQ, SignalError
from matching.harmless.pictures import pictures as drawn

Pixels = npt.NDArray[np.uint8]
SMALLEST = 96  # pixels
KNOWN = {
    "flag": ("flag:",),
    "logo": ("logo:",),
    "test card": ("test card:",),
    "page": ("blank page", "text:"),
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
        height, width = (chance.randint(SMALLEST, min(512, side)) for side in whole.shape[:2])
        top = chance.randint(0, whole.shape[0] - height)
        left = chance.randint(0, whole.shape[1] - width)
        value = _pdq(whole[top : top + height, left : left + width])
        if value:
            return value


def known(kind: str, chance: random.Random) -> str:
    """Return the PDQ of a copy of a picture of that kind of KNOWN."""
    while True:
        whole = chance.choice(_known(kind))
        scale = chance.uniform(0.5, 1.5)
        size = (round(whole.width * scale), round(whole.height * scale))
        stream = io.BytesIO()
        whole.resize(size).save(stream, "JPEG", quality=chance.randint(30, 90))
        value = _pdq(np.asarray(Image.open(stream)))
        if value:
            return value


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
