"""JPEG, PNG and WebP come out of the browser's decoders as Pillow decodes them: distance 0."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from hashes.tests.hashing import (
    PHOTOGRAPHS,
    HashingPage,
    as_displayed,
    encoded,
    photograph,
    reference,
)
from hashes.tests.memory import PeakMemory, anonymous_bytes
from ncii.tests.waiting import wait_until

pytestmark = pytest.mark.stateless

NAMES = ("astronaut.png", "coffee.png", "rocket.jpg")
# Half of the picture is so plain that the bank would not take its hash.
PLAIN = {"clock_motion.png"}
ORIENTATION = 0x0112


def assert_hashed_as_displayed(page: HashingPage, files: dict[str, bytes]) -> None:
    results = page.hash_files(list(files.items()))
    for (name, content), result in zip(files.items(), results, strict=True):
        wanted = reference(as_displayed(content))
        assert "error" not in result, f"{name}: {result}"
        assert result["kind"] == "photo"
        primary = result["claims"][0]
        told = (primary["signal"], primary["value"], primary["quality"], primary["variant"])
        assert told == ("ImagePDQ", wanted.value, wanted.quality, "as-displayed"), name


def with_orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = value
    return exif


def test_photographs_as_they_are(hashing_page):
    paths = sorted(PHOTOGRAPHS.glob("*.[pj][np]g"))
    files = {path.name: path.read_bytes() for path in paths if path.name not in PLAIN}
    assert len(files) >= 24
    assert_hashed_as_displayed(hashing_page, files)


@pytest.mark.parametrize("name", NAMES)
def test_jpeg_of_every_quality_and_sampling(hashing_page, name):
    photo = photograph(name)
    files = {
        f"{quality}-{sampling}-{progressive}": encoded(
            photo, "JPEG", quality=quality, subsampling=sampling, progressive=progressive
        )
        for quality in (30, 75, 95)
        for sampling in (0, 1, 2)
        for progressive in (False, True)
    }
    files["grey"] = encoded(photo.convert("L"), "JPEG")
    files["restarts"] = encoded(photo, "JPEG", restart_marker_rows=1)
    files["rgb"] = encoded(photo, "JPEG", keep_rgb=True)
    files["odd"] = encoded(photo.resize((333, 251)), "JPEG", subsampling=2)
    assert_hashed_as_displayed(hashing_page, files)


@pytest.mark.parametrize("name", NAMES)
def test_png_of_every_kind(hashing_page, name):
    photo = photograph(name)
    alpha = Image.linear_gradient("L").resize(photo.size)
    files = {
        "rgb": encoded(photo, "PNG"),
        "rgba": encoded(Image.merge("RGBA", (*photo.split(), alpha)), "PNG"),
        "grey": encoded(photo.convert("L"), "PNG"),
        "grey-alpha": encoded(Image.merge("LA", (photo.convert("L"), alpha)), "PNG"),
        "palette": encoded(photo.quantize(200), "PNG"),
        "palette-16": encoded(photo.quantize(16), "PNG", bits=4),
        "palette-transparent": encoded(photo.quantize(200), "PNG", transparency=3),
        "bits": encoded(photo.convert("1"), "PNG"),
    }
    assert_hashed_as_displayed(hashing_page, files)


def test_sixteen_bit_grey_png_is_taken_by_its_high_byte(hashing_page):
    grey = np.asarray(photograph("coffee.png").convert("L"))
    deep = Image.fromarray(grey.astype(np.uint16) * 256 + 77)
    result = hashing_page.hash_one(encoded(deep, "PNG"))
    wanted = reference(np.repeat(grey[..., None], 3, axis=2))
    assert (result["claims"][0]["value"], result["claims"][0]["quality"]) == (
        wanted.value,
        wanted.quality,
    )


# What viewers and Pillow pass over.
WRONG_BY_THE_WAY = {
    "profile": (b"iCCP", b"profile\0\0no zlib"),
    "text without a keyword": (b"tEXt", b"\0\0"),
    "international text": (b"iTXt", b"a"),
    "colours": (b"sRGB", b"\x09"),
    "frame": (b"fcTL", bytes(26)),
}


def test_png_whose_picture_is_whole_is_hashed_whatever_else_is_wrong(hashing_page):
    plain = encoded(photograph("coffee.png"), "PNG")
    paletted = encoded(photograph("coffee.png").quantize(200), "PNG")
    results = hashing_page.hash_files(
        [("plain", plain), ("paletted", paletted)]
        + [(name, with_chunk(plain, *chunk)) for name, chunk in WRONG_BY_THE_WAY.items()]
        + [("paletted", with_chunk(paletted, *WRONG_BY_THE_WAY["profile"]))]
    )
    assert results[0]["claims"] and results[1]["claims"]
    assert results[2:] == [results[0]] * len(WRONG_BY_THE_WAY) + [results[1]]


def with_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """The PNG with one more chunk after its header."""
    checksum = struct.pack(">I", zlib.crc32(kind + body))
    return png[:33] + struct.pack(">I", len(body)) + kind + body + checksum + png[33:]


@pytest.mark.parametrize("name", NAMES)
def test_webp_of_every_kind(hashing_page, name):
    photo = photograph(name)
    alpha = Image.linear_gradient("L").resize(photo.size)
    with_alpha = Image.merge("RGBA", (*photo.split(), alpha))
    files = {
        "lossy": encoded(photo, "WEBP", quality=60),
        "lossless": encoded(photo, "WEBP", lossless=True),
        "lossless-alpha": encoded(with_alpha, "WEBP", lossless=True, exact=True),
        "lossy-alpha": encoded(with_alpha, "WEBP", quality=80, exact=True),
    }
    assert_hashed_as_displayed(hashing_page, files)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_turned_as_exif_says(hashing_page, kind):
    photo = photograph("chelsea.png").crop((0, 0, 421, 300))
    files = {
        f"orientation {value}": encoded(photo, kind, exif=with_orientation(value))
        for value in range(1, 9)
    }
    assert_hashed_as_displayed(hashing_page, files)


def test_name_and_type_do_not_matter(hashing_page):
    photo = photograph("coffee.png")
    files = {"photo.jpg": encoded(photo, "PNG"), "film.mp4": encoded(photo, "JPEG")}
    assert_hashed_as_displayed(hashing_page, files)


def test_forty_eight_megapixels(hashing_page):
    photo = photograph("retina.jpg").resize((8064, 6048))
    assert_hashed_as_displayed(hashing_page, {"48 MP": encoded(photo, "JPEG", quality=80)})


RESTING_MB = 70


def test_memory_is_given_back_when_there_is_nothing_left_to_do(hashing_page):
    hashing_page.hash_one(encoded(photograph("coffee.png"), "JPEG"))
    before = anonymous_bytes()
    photo = encoded(photograph("retina.jpg").resize((4000, 3000)), "JPEG")
    with PeakMemory() as memory:
        hashing_page.hash_files([("photo", photo)] * 6)
    assert memory.peak_mb > 2 * RESTING_MB
    wait_until(lambda: (anonymous_bytes() - before) / 1e6 <= RESTING_MB, "it is still held")
