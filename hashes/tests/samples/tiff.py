"""TIFF by Pillow and tifffile."""

from __future__ import annotations

import io
import struct
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
    yield from other_negatives(grey, grey_rgb)
    paletted = photo().quantize(200)
    in_a_plane = palette_in_a_plane(paletted)
    yield Sample("TIFF", "palette, one plane", in_a_plane, np.asarray(paletted.convert("RGB")))


def other_negatives(grey: np.ndarray, rgb: np.ndarray) -> Iterator[Sample]:
    """Grey whose zero is white, of other depths than 8 bits, and with alpha."""
    white = {"photometric": "miniswhite"}
    with_alpha = np.dstack([255 - grey, np.asarray(alpha_ramp(grey.shape[::-1]))])
    for kind, content in {
        "white is zero, 16 bits": by_tifffile((255 - grey).astype(np.uint16) * 257, **white),
        "white is zero, 32 bits": by_tifffile((255 - grey).astype(np.uint32) * 0x1010101, **white),
        "white is zero, float": by_tifffile((255 - grey).astype(np.float32) / 255, **white),
        "white is zero, alpha": by_tifffile(with_alpha, extrasamples=["unassalpha"], **white),
        "white is zero, BigTIFF, big-endian": by_tifffile(
            with_alpha, extrasamples=["unassalpha"], bigtiff=True, byteorder=">", **white
        ),
    }.items():
        yield Sample("TIFF", kind, content, rgb)
    for depth in (1, 2, 4):
        steps = grey >> (8 - depth)
        shown = (steps.astype(int) * 255 // (2**depth - 1)).astype(np.uint8)
        content = few_bits(2**depth - 1 - steps, depth)
        yield Sample("TIFF", f"white is zero, {depth} bits", content, np.dstack([shown] * 3))


def few_bits(samples: np.ndarray, depth: int) -> bytes:
    """Grey whose zero is white."""
    bits = np.unpackbits(samples[..., None], axis=2)[..., 8 - depth :]
    strip = np.packbits(bits.reshape(len(samples), -1), axis=1).tobytes()
    return by_hand(samples.shape, strip, {258: depth, 262: 0})


def palette_in_a_plane(image: Image.Image) -> bytes:
    """One sample a pixel, of which the file says that it lies in a plane of its own."""
    colours = np.zeros((256, 3), np.uint16)
    palette = np.array(image.getpalette()).reshape(-1, 3)
    colours[: len(palette)] = palette * 257
    fields = {258: 8, 262: 3, 284: 2}
    return by_hand(image.size[::-1], image.tobytes(), fields, colours.T.astype("<u2").tobytes())


def by_hand(
    shape: tuple[int, ...], strip: bytes, more: dict[int, int], colours: bytes = b""
) -> bytes:
    """One strip (TIFF 6.0, sections 2 to 5). ``shape``: height, width; ``colours`` of a palette."""
    height, width = shape
    fields = {256: width, 257: height, 259: 1, 273: 8, 277: 1, 278: height, 279: len(strip)}
    entries = {tag: (4, 1, value) for tag, value in (fields | more).items()}
    if colours:
        entries[320] = (3, len(colours) // 2, 8 + len(strip))
    directory = b"".join(struct.pack("<HHII", tag, *entries[tag]) for tag in sorted(entries))
    head = b"II*\0" + struct.pack("<I", 8 + len(strip) + len(colours))
    return head + strip + colours + struct.pack("<H", len(entries)) + directory + bytes(4)
