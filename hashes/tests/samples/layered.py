"""PSD and MIFF, written by hand from their specifications: Pillow reads PSD but writes neither."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from hashes.tests.samples.sample import Sample, grey_rgb, photo

RGB_MODE, GREY_MODE, CMYK_MODE = 3, 1, 4


def packbits(row: bytes) -> bytes:
    """One row in PackBits, literal runs only (TIFF 6.0, section 9)."""
    runs = [row[at : at + 128] for at in range(0, len(row), 128)]
    return b"".join(bytes([len(run) - 1]) + run for run in runs)


def psd(planes: np.ndarray, mode: int, *, rle: bool = False, layers: bytes = b"") -> bytes:
    """Adobe Photoshop File Formats Specification. ``planes``: channels x height x width."""
    channels, height, width = planes.shape
    depth = planes.dtype.itemsize * 8
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, channels, height, width, depth, mode)
    rows = planes.astype(planes.dtype.newbyteorder(">")).reshape(channels * height, width)
    if not rle:
        body = struct.pack(">H", 0) + rows.tobytes()
    else:
        packed = [packbits(row.tobytes()) for row in rows]
        lengths = struct.pack(f">{len(packed)}H", *map(len, packed))
        body = struct.pack(">H", 1) + lengths + b"".join(packed)
    return head + bytes(4) + bytes(4) + struct.pack(">I", len(layers)) + layers + body


def one_layer(plane_size: int, height: int, width: int) -> bytes:
    """A layer section with one black layer, so that the merged picture must be the one taken."""
    channels = b"".join(struct.pack(">hI", channel, 2 + plane_size) for channel in range(3))
    extra = struct.pack(">II", 0, 0) + b"\x05layer\x00\x00"
    record = struct.pack(">IIIIH", 0, 0, height, width, 3) + channels + b"8BIMnorm"
    record += bytes([255, 0, 0, 0]) + struct.pack(">I", len(extra)) + extra
    pixels = (struct.pack(">H", 0) + bytes(plane_size)) * 3
    info = struct.pack(">h", 1) + record + pixels
    info += bytes(len(info) & 1)
    return struct.pack(">I", len(info)) + info + bytes(4)


def psd_samples() -> Iterator[Sample]:
    image = photo()
    rgb = np.asarray(image)
    planes = np.moveaxis(rgb, 2, 0)
    height, width = rgb.shape[:2]
    cmyk = 255 - np.moveaxis(np.asarray(image.convert("CMYK")), 2, 0)
    layers = one_layer(height * width, height, width)
    grey = np.asarray(image.convert("L"))[None]
    yield Sample("PSD", "RGB", psd(planes, RGB_MODE), rgb)
    yield Sample("PSD", "RLE", psd(planes, RGB_MODE, rle=True), rgb)
    yield Sample("PSD", "16 bits", psd(planes.astype(np.uint16) * 257, RGB_MODE), rgb)
    yield Sample("PSD", "grey", psd(grey, GREY_MODE), grey_rgb(image))
    yield Sample(
        "PSD", "CMYK", psd(cmyk, CMYK_MODE), np.asarray(image.convert("CMYK").convert("RGB"))
    )
    yield Sample("PSD", "layers", psd(planes, RGB_MODE, layers=layers), rgb)


def miff(rgb: np.ndarray, depth: int) -> bytes:
    """ImageMagick's MIFF page: a header in text, then the pixels."""
    height, width = rgb.shape[:2]
    head = (
        "id=ImageMagick  version=1.0\n"
        f"class=DirectClass  colors=0  matte=False\ncolumns={width}  rows={height}  depth={depth}\n"
        "colorspace=sRGB\ncompression=None\n\f\n:\x1a"
    )
    return head.encode() + rgb.astype(rgb.dtype.newbyteorder(">")).tobytes()


def miff_samples() -> Iterator[Sample]:
    rgb = np.asarray(photo())
    yield Sample("MIFF", "8 bits", miff(rgb, 8), rgb)
    yield Sample("MIFF", "16 bits", miff(rgb.astype(np.uint16) * 257, 16), rgb)
