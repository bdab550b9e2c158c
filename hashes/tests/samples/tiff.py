"""TIFF by Pillow and tifffile."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import tifffile
from PIL import Image

from hashes.tests.hashing import as_displayed, encoded
from hashes.tests.samples.profile import display_p3
from hashes.tests.samples.sample import Sample, alpha_ramp, photo

ORIENTATION = 0x0112


def by_tifffile(data: np.ndarray, **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, data, **options)
    return buffer.getvalue()


def by_pillow() -> dict[str, bytes]:
    image = photo()
    with_alpha = image.copy()
    with_alpha.putalpha(alpha_ramp(image.size))
    files = {
        "no compression": encoded(image, "TIFF"),
        "Display-P3": encoded(image, "TIFF", icc_profile=display_p3()),
        "LZW": encoded(image, "TIFF", compression="tiff_lzw"),
        "Deflate": encoded(image, "TIFF", compression="tiff_adobe_deflate"),
        "PackBits": encoded(image, "TIFF", compression="packbits"),
        "JPEG inside": encoded(image, "TIFF", compression="jpeg", quality=90),
        "CCITT group 4": encoded(image.convert("1"), "TIFF", compression="group4"),
        "alpha": encoded(with_alpha, "TIFF"),
        "alpha, LZW": encoded(with_alpha, "TIFF", compression="tiff_lzw"),
        "grey, alpha": encoded(with_alpha.convert("LA"), "TIFF"),
        "palette": encoded(image.quantize(200), "TIFF"),
        "grey": encoded(image.convert("L"), "TIFF"),
        "CMYK": encoded(image.convert("CMYK"), "TIFF"),
        "several pages": encoded(image, "TIFF", save_all=True, append_images=[image.rotate(180)]),
    }
    for turn in (3, 6, 8):
        exif = Image.Exif()
        exif[ORIENTATION] = turn
        files[f"turned ({turn})"] = encoded(image, "TIFF", exif=exif)
    return files


def tiff_samples() -> Iterator[Sample]:
    for kind, content in by_pillow().items():
        yield Sample("TIFF", kind, content, as_displayed(content))
    rgb = np.asarray(photo())
    grey = np.asarray(photo().convert("L"))
    deep = rgb.astype(np.uint16) * 257
    for kind, content in {
        "tiles": by_tifffile(rgb, tile=(64, 64), photometric="rgb"),
        "planes": by_tifffile(np.moveaxis(rgb, 2, 0), photometric="rgb", planarconfig="separate"),
        "16 bits": by_tifffile(deep, photometric="rgb"),
        "big-endian": by_tifffile(rgb, byteorder=">", photometric="rgb"),
        "BigTIFF": by_tifffile(rgb, bigtiff=True, photometric="rgb"),
    }.items():
        yield Sample("TIFF", kind, content, rgb)
    grey_rgb = np.repeat(grey[..., None], 3, axis=2)
    deep_grey = by_tifffile(grey.astype(np.uint16) * 257, photometric="minisblack")
    white_is_zero = by_tifffile(255 - grey, photometric="miniswhite")
    yield Sample("TIFF", "16 bits, grey", deep_grey, grey_rgb)
    yield Sample("TIFF", "white is zero", white_is_zero, grey_rgb)
