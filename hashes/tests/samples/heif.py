"""HEIC by pillow-heif (libheif, x265) and AVIF by Pillow (libavif)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image

from hashes.tests.hashing import as_displayed
from hashes.tests.samples.profile import display_p3
from hashes.tests.samples.sample import Sample, alpha_ramp, photo

ORIENTATION = 0x0112


def heic(image: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(image).save(buffer, **options)
    return buffer.getvalue()


def heic_rgb(content: bytes) -> np.ndarray:
    """The primary picture as libheif shows it, turned."""
    return np.asarray(
        pillow_heif.open_heif(content, convert_hdr_to_8bit=True).to_pillow().convert("RGB")
    )


def tiled_heic(image: Image.Image, **options: Any) -> bytes:
    """As phones store a photo: a grid of tiles."""
    before = pillow_heif.options.GRID_TILE_SIZE
    pillow_heif.options.GRID_TILE_SIZE = 256
    try:
        return heic(image, quality=80, **options)
    finally:
        pillow_heif.options.GRID_TILE_SIZE = before


def phone_heic() -> bytes:
    """Held upright, with the phone's own colours."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    image = photo().resize((1024, 768))
    return tiled_heic(image, exif=exif.tobytes(), icc_profile=display_p3())


def deep(image: Image.Image) -> Any:
    """The picture with 12 bits a channel, as pillow-heif takes it."""
    data = np.asarray(image).astype(np.uint16) * 257
    return pillow_heif.from_bytes("RGB;16", image.size, data.tobytes())


def heic_samples() -> Iterator[Sample]:
    image = photo()
    with_alpha = image.copy()
    with_alpha.putalpha(alpha_ramp(image.size))
    files = {
        "as phones make it (tiles)": tiled_heic(image.resize((1024, 768))),
        "4:2:0": heic(image, quality=70, chroma=420),
        "4:4:4": heic(image, quality=90, chroma=444),
        "grey": heic(image.convert("L")),
        "alpha": heic(with_alpha, quality=90),
        "odd sides": heic(image.crop((0, 0, 333, 251))),
        "Display-P3": heic(image, icc_profile=display_p3()),
        "as phones make it (tiles, turned, Display-P3)": phone_heic(),
    }
    for turn in (3, 6, 8):
        exif = Image.Exif()
        exif[ORIENTATION] = turn
        files[f"turned ({turn})"] = heic(image, exif=exif.tobytes())
    buffer = io.BytesIO()
    deep(image).save(buffer, quality=90)
    files["12 bits"] = buffer.getvalue()
    for kind, content in files.items():
        yield Sample("HEIC", kind, content, heic_rgb(content))


def avif(image: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "AVIF", speed=10, **options)
    return buffer.getvalue()


def avif_samples() -> Iterator[Sample]:
    image = photo()
    with_alpha = image.copy()
    with_alpha.putalpha(alpha_ramp(image.size))
    files = {
        "4:2:0": avif(image, quality=60),
        "4:4:4": avif(image, quality=90, subsampling="4:4:4"),
        "grey": avif(image.convert("L")),
        "alpha": avif(with_alpha),
        "odd sides": avif(image.crop((0, 0, 333, 251))),
        "Display-P3": avif(image, icc_profile=display_p3()),
        "animated": avif(image, save_all=True, append_images=[image.rotate(90)]),
    }
    for turn in range(2, 9):
        exif = Image.Exif()
        exif[ORIENTATION] = turn
        files[f"turned ({turn})"] = avif(image, exif=exif.tobytes())
    for kind, content in files.items():
        yield Sample("AVIF", kind, content, as_displayed(content))
