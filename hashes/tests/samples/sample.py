"""One file, and what it shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from hashes.tests.hashing import photograph


@dataclass(frozen=True)
class Sample:
    """A file of some format, of one of its inner kinds.

    ``rgb`` is the picture as displayed, height x width x 3, by an independent decoder; ``limit``
    the greatest distance, in bits, that the hash may have from the reference's hash of it.
    """

    format: str
    kind: str
    content: bytes
    rgb: np.ndarray
    limit: int = 2


def photo() -> Image.Image:
    """The photograph that most samples show: 451 x 300, RGB."""
    return photograph("chelsea.png")


def alpha_ramp(size: tuple[int, int]) -> Image.Image:
    return Image.linear_gradient("L").resize(size)


def grey_rgb(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("L").convert("RGB"))
