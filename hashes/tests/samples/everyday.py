"""JPEG, PNG and WebP by Pillow: the kinds that nearly everyone's photos are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

from hashes.tests.hashing import as_displayed, encoded
from hashes.tests.samples.profile import display_p3
from hashes.tests.samples.sample import Sample, alpha_ramp, grey_rgb, photo

ORIENTATION = 0x0112
TURNS = range(2, 9)


def turned(kind: str) -> dict[str, bytes]:
    files = {}
    for turn in TURNS:
        exif = Image.Exif()
        exif[ORIENTATION] = turn
        files[f"turned ({turn})"] = encoded(photo(), kind, exif=exif)
    return files


def jpeg_samples() -> Iterator[Sample]:
    image = photo()
    options_of: dict[str, dict[str, Any]] = {
        "4:2:0": {"subsampling": 2},
        "4:2:2": {"subsampling": 1},
        "4:4:4": {"subsampling": 0},
        "progressive": {"progressive": True},
        "restart markers": {"restart_marker_rows": 1},
        "Display-P3": {"icc_profile": display_p3()},
    }
    files = {kind: encoded(image, "JPEG", **options) for kind, options in options_of.items()}
    files |= {
        "grey": encoded(image.convert("L"), "JPEG"),
        "CMYK": encoded(image.convert("CMYK"), "JPEG", quality=90),
        "CMYK, progressive": encoded(image.convert("CMYK"), "JPEG", progressive=True),
    }
    for kind, content in (files | turned("JPEG")).items():
        yield Sample("JPEG", kind, content, as_displayed(content), 0)


def png_samples() -> Iterator[Sample]:
    image = photo()
    grey, alpha = image.convert("L"), alpha_ramp(image.size)
    paletted = image.quantize(200)
    files = {
        "RGB": encoded(image, "PNG"),
        "alpha": encoded(Image.merge("RGBA", (*image.split(), alpha)), "PNG"),
        "grey": encoded(grey, "PNG"),
        "grey, alpha": encoded(Image.merge("LA", (grey, alpha)), "PNG"),
        "palette": encoded(paletted, "PNG"),
        "palette of 16": encoded(image.quantize(16), "PNG", bits=4),
        "palette, transparent": encoded(paletted, "PNG", transparency=3),
        "black and white": encoded(image.convert("1"), "PNG"),
        "Display-P3": encoded(image, "PNG", icc_profile=display_p3()),
    }
    for kind, content in (files | turned("PNG")).items():
        yield Sample("PNG", kind, content, as_displayed(content), 0)
    deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 256 + 77)
    yield Sample("PNG", "16 bits, grey", encoded(deep, "PNG"), grey_rgb(image), 0)


def webp_samples() -> Iterator[Sample]:
    image = photo()
    with_alpha = image.copy()
    with_alpha.putalpha(alpha_ramp(image.size))
    more: dict[str, Any] = {"save_all": True, "append_images": [image.rotate(90)]}
    files = {
        "lossy": encoded(image, "WEBP"),
        "lossless": encoded(image, "WEBP", lossless=True),
        "lossy, alpha": encoded(with_alpha, "WEBP", exact=True),
        "lossless, alpha": encoded(with_alpha, "WEBP", lossless=True, exact=True),
        "animated, lossy": encoded(image, "WEBP", **more),
        "animated, lossless": encoded(image, "WEBP", lossless=True, **more),
        "Display-P3": encoded(image, "WEBP", icc_profile=display_p3()),
    }
    for kind, content in (files | turned("WEBP")).items():
        yield Sample("WebP", kind, content, as_displayed(content))
