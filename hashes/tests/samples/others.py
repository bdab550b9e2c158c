"""Kinds that Pillow does not write, by ImageMagick and netpbm (others/make.sh), as Pillow reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from hashes.tests.hashing import as_displayed
from hashes.tests.samples.sample import Sample

FOLDER = Path(__file__).resolve().parent / "others"
KINDS = {
    "BMP": {"bmp-rle.bmp": "palette, RLE", "bmp-16-bits.bmp": "16 bits"},
    "ICO": {"ico-alpha.ico": "several sizes, 32 bits, alpha", "ico-palette.ico": "palette of 16"},
    "MIFF": {
        "miff-rle.miff": "RLE",
        "miff-zip.miff": "zip",
        "miff-grey.miff": "grey",
        "miff-palette.miff": "palette",
    },
    "PCX": {"pcx-16-colours.pcx": "palette of 16, in planes"},
    "PNG": {
        "png-interlaced.png": "interlaced",
        "png-interlaced-palette.png": "interlaced, palette",
        "png-16-bits.png": "16 bits",
    },
    "PSD": {"psd-palette.psd": "palette, RLE", "psd-two-layers.psd": "layers, RLE"},
    "TGA": {"tga-by-netpbm.tga": "24 bits, RLE, by netpbm"},
    "TIFF": {
        "tiff-16-bits-lzw.tiff": "16 bits, LZW with predictor",
        "tiff-tiles-lzw.tiff": "tiles, LZW",
        "tiff-fax.tiff": "CCITT group 3",
    },
    "XPM": {"xpm-two-letters.xpm": "two letters"},
}
EXACT = {"PNG"}


def other_samples(format: str) -> Iterator[Sample]:
    for name, kind in KINDS.get(format, {}).items():
        content = (FOLDER / name).read_bytes()
        yield Sample(format, kind, content, shown(name, content), 0 if format in EXACT else 2)


def shown(name: str, content: bytes) -> np.ndarray:
    """Pillow knows no MIFF: its RGB is the photo's, the rest is as ImageMagick 6 shows it."""
    if not name.endswith(".miff"):
        return as_displayed(content)
    beside = (FOLDER / name).with_suffix(".png")
    original = FOLDER.parent / "gimp" / "rgb.png"
    return np.asarray(Image.open(beside if beside.exists() else original).convert("RGB"))
