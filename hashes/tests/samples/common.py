"""GIF, BMP, ICO, TGA and PCX by Pillow; XPM and a PCX palette by hand."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
from PIL import Image

from hashes.tests.hashing import as_displayed, encoded
from hashes.tests.samples.sample import Sample, alpha_ramp, photo


def frames() -> list[Image.Image]:
    return [photo().rotate(angle) for angle in (0, 90, 180)]


def on_screen(gif: bytes, width: int, height: int, left: int = 0, top: int = 0) -> bytes:
    """The same picture at another place of another screen, whose background is palette entry 50."""
    screen = gif[:6] + struct.pack("<HHBB", width, height, gif[10], 50) + gif[12:]
    palette_end = 13 + (3 << (gif[10] & 7) + 1)
    at = screen.index(b"\x2c" + bytes(4), palette_end) + 1
    return screen[:at] + struct.pack("<HH", left, top) + screen[at + 4 :]


def gif_samples() -> Iterator[Sample]:
    image = photo()
    first, *more = frames()
    paletted = image.quantize(256)
    files = {
        "palette of 256": encoded(paletted, "GIF"),
        "palette of 16": encoded(image.quantize(16), "GIF"),
        "black and white": encoded(image.convert("1"), "GIF"),
        "grey": encoded(image.convert("L"), "GIF"),
        "interlaced": encoded(paletted, "GIF", interlace=1),
        "not interlaced": encoded(paletted, "GIF", interlace=0),
        "transparent": encoded(paletted, "GIF", transparency=7),
        "animated": encoded(first, "GIF", save_all=True, append_images=more),
    }
    plain = files["palette of 256"]
    files |= {
        "screen larger than the picture": on_screen(plain, 560, 400, 70, 50),
        "screen smaller than the picture": on_screen(plain, 300, 200),
        "picture reaches out of the screen": on_screen(plain, 451, 300, 90, 70),
    }
    for kind, content in files.items():
        yield Sample("GIF", kind, content, as_displayed(content))
    yield Sample("GIF", "screen of no size", on_screen(plain, 0, 0), as_displayed(plain))
    noise = Image.fromarray(np.random.default_rng(3).integers(0, 256, (200, 300), dtype=np.uint8))
    noise.putpalette([value for index in range(256) for value in (index, 255 - index, index // 2)])
    content = encoded(noise, "GIF")
    yield Sample("GIF", "full code table", content, as_displayed(content))


def bmp_samples() -> Iterator[Sample]:
    image = photo()
    for kind, shown in {
        "24 bits": image,
        "palette": image.quantize(200),
        "grey": image.convert("L"),
        "black and white": image.convert("1"),
        "32 bits": image.convert("RGBA"),
    }.items():
        content = encoded(shown, "BMP")
        yield Sample("BMP", kind, content, as_displayed(content))


def ico_samples() -> Iterator[Sample]:
    square = photo().crop((0, 0, 300, 300))
    sizes = [(16, 16), (48, 48), (256, 256)]
    options_of: dict[str, dict[str, Any]] = {
        "several sizes, PNG inside": {"sizes": sizes},
        "several sizes, BMP inside": {"sizes": sizes, "bitmap_format": "bmp"},
    }
    for kind, options in options_of.items():
        content = encoded(square, "ICO", **options)
        yield Sample("ICO", kind, content, as_displayed(content))


def tga_samples() -> Iterator[Sample]:
    image = photo()
    with_alpha = image.copy()
    with_alpha.putalpha(alpha_ramp(image.size))
    pictures: dict[str, tuple[Image.Image, dict[str, Any]]] = {
        "24 bits": (image, {}),
        "24 bits, RLE": (image, {"compression": "tga_rle"}),
        "alpha": (with_alpha, {}),
        "palette": (image.quantize(256), {}),
        "palette, RLE": (image.quantize(256), {"compression": "tga_rle"}),
        "grey": (image.convert("L"), {}),
        "grey, RLE": (image.convert("L"), {"compression": "tga_rle"}),
        "grey, alpha": (with_alpha.convert("LA"), {}),
        "grey, alpha, RLE": (with_alpha.convert("LA"), {"compression": "tga_rle"}),
        "bottom up": (image, {"orientation": -1}),
        "top down": (image, {"orientation": 1}),
    }
    for kind, (shown, options) in pictures.items():
        content = encoded(shown, "TGA", **options)
        yield Sample("TGA", kind, content, as_displayed(content))
    content = with_idle_palette(encoded(image, "TGA"))
    yield Sample("TGA", "24 bits, palette for other uses", content, np.asarray(image))


def with_idle_palette(tga: bytes) -> bytes:
    """The same picture in full colours, with a palette of 256 that it does not use."""
    described = tga[:1] + b"\x01" + tga[2:3] + struct.pack("<HHB", 0, 256, 24) + tga[8:18]
    return described + bytes(range(256)) * 3 + tga[18:]


def pcx_samples() -> Iterator[Sample]:
    image = photo()
    for kind, shown in {
        "24 bits": image,
        "palette": image.quantize(256),
        "grey": image.convert("L"),
        "black and white": image.convert("1"),
    }.items():
        content = encoded(shown, "PCX")
        yield Sample("PCX", kind, content, as_displayed(content))
    bits = image.convert("1")
    content = encoded(bits, "PCX")
    inverted = content[:16] + b"\xff\xff\xff\0\0\0" + content[22:]
    negative = 255 - np.asarray(bits.convert("RGB"))
    yield Sample("PCX", "black and white, palette says which", inverted, negative)


def xpm_samples() -> Iterator[Sample]:
    """By hand, as the X consortium's manual has it."""
    image = photo().quantize(64)
    palette = np.array(image.getpalette() or []).reshape(-1, 3)[:64]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    rows = ["".join(letters[index] for index in row) for row in np.asarray(image)]
    colours = [f"{letters[k]} c #{r:02X}{g:02X}{b:02X}" for k, (r, g, b) in enumerate(palette)]
    lines = [f"{image.width} {image.height} {len(colours)} 1", *colours, *rows]
    body = ",\n".join(f'"{line}"' for line in lines)
    content = f"/* XPM */\nstatic char *photo[] = {{\n{body}\n}};\n".encode()
    yield Sample("XPM", "64 colours", content, np.asarray(image.convert("RGB")))
