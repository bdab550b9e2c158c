"""Real photographs as two platforms have them, and their reference hashes."""

import io
from typing import Any

import numpy
import pdqhash
from PIL import Image


def jpeg(picture: Image.Image, quality: int = 92) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def copy_of(picture: Image.Image) -> Image.Image:
    """Return the picture as another platform would have it: smaller, and compressed anew."""
    smaller = picture.resize((picture.width * 3 // 4, picture.height * 3 // 4))
    return Image.open(io.BytesIO(jpeg(smaller, 60)))


def pdq_hex(picture: Image.Image) -> str:
    """Return the reference's PDQ hash of the picture at full resolution."""
    vector, quality = pdqhash.compute(numpy.asarray(picture.convert("RGB")))
    assert quality >= 50
    return numpy.packbits(vector).tobytes().hex()


def one_of_a_kind(pixels: "numpy.ndarray[Any, Any]") -> Image.Image:
    """Return the photograph (height × width × 3, uint8) under clouds that nothing else is under.

    The clouds are coarse, and black or white, so its hash is far from the photograph's and from
    that of every other call: the running product is one for all tests of a session.
    """
    coarse = numpy.random.default_rng().choice(numpy.array([0, 255], numpy.uint8), (10, 10))
    photograph = Image.fromarray(pixels)
    clouds = Image.fromarray(coarse).resize(photograph.size, Image.Resampling.BICUBIC)
    return Image.blend(photograph, clouds.convert("RGB"), 0.6)
