"""Real photographs as two platforms have them, and their reference hashes."""

import io

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
