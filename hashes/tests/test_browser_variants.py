"""What a partner may hold instead of the picture as displayed: turned, mirrored, stored, on white."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from hashes.tests.hashing import (
    PHOTOGRAPHS,
    HashingPage,
    distance,
    encoded,
    photograph,
    reference,
)

pytestmark = pytest.mark.stateless

ORIENTATION = 0x0112
SAME_BITS = 10
# From one DCT, the samples lie a little beside those of the really turned pixels.
TURNED_BITS = 12
TURNS = {
    "rotated-90": lambda rgb: np.rot90(rgb, -1),
    "rotated-180": lambda rgb: np.rot90(rgb, 2),
    "rotated-270": lambda rgb: np.rot90(rgb, 1),
    "mirrored": np.fliplr,
    "mirrored-rotated-90": lambda rgb: np.rot90(np.fliplr(rgb), -1),
    "mirrored-rotated-180": lambda rgb: np.rot90(np.fliplr(rgb), 2),
    "mirrored-rotated-270": lambda rgb: np.rot90(np.fliplr(rgb), 1),
}


def claims_of(page: HashingPage, content: bytes) -> dict[str, dict]:
    result = page.hash_one(content)
    assert "error" not in result, result
    return {claim["variant"]: claim for claim in result["claims"]}


def assert_all_differ(claims: dict[str, dict]) -> None:
    values = [claim["value"] for claim in claims.values()]
    for index, value in enumerate(values):
        for other in values[:index]:
            assert distance(value, other) > SAME_BITS


@pytest.mark.parametrize("name", ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg"])
def test_turns_and_mirrors_are_within_twelve_bits(hashing_page, name):
    photo = photograph(name)
    claims = claims_of(hashing_page, encoded(photo, "PNG"))
    assert set(claims) == {"as-displayed", *TURNS}
    for variant, turn in TURNS.items():
        wanted = reference(turn(np.asarray(photo))).value
        assert distance(claims[variant]["value"], wanted) <= TURNED_BITS, variant
        assert claims[variant]["quality"] == claims["as-displayed"]["quality"]
    assert_all_differ(claims)


@pytest.mark.parametrize("value", range(2, 9))
def test_stored_orientation_is_hashed_exactly_and_once(hashing_page, value):
    photo = photograph("chelsea.png")
    exif = Image.Exif()
    exif[ORIENTATION] = value
    content = encoded(photo, "PNG", exif=exif)
    claims = claims_of(hashing_page, content)
    stored = reference(np.asarray(photo))
    assert (claims["stored"]["value"], claims["stored"]["quality"]) == (
        stored.value,
        stored.quality,
    )
    # One of the seven turns is the stored picture again, and is not said twice.
    assert len(claims) == 1 + len(TURNS)
    assert_all_differ(claims)


def test_upright_picture_has_no_stored_variant(hashing_page):
    assert "stored" not in claims_of(hashing_page, encoded(photograph("chelsea.png"), "JPEG"))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparent_picture_is_also_hashed_on_white(hashing_page, kind):
    photo = photograph("astronaut.png")
    alpha = Image.radial_gradient("L").resize(photo.size)
    with_alpha = Image.merge("RGBA", (*photo.split(), alpha))
    white = Image.alpha_composite(Image.new("RGBA", photo.size, "white"), with_alpha)
    content = encoded(
        with_alpha, kind, **({"lossless": True, "exact": True} if kind == "WEBP" else {})
    )
    claims = claims_of(hashing_page, content)
    assert claims["as-displayed"]["value"] == reference(np.asarray(photo)).value
    wanted = reference(np.asarray(white.convert("RGB"))).value
    assert distance(claims["alpha-white"]["value"], wanted) <= 2


def test_opaque_alpha_makes_no_variant(hashing_page):
    claims = claims_of(hashing_page, encoded(photograph("coffee.png").convert("RGBA"), "PNG"))
    assert "alpha-white" not in claims


def test_picture_that_is_only_an_outline_is_hashed_on_white(hashing_page):
    shape = photograph("horse.png").convert("L").resize((500, 400))
    black = Image.new("L", shape.size, 0)
    content = encoded(Image.merge("RGBA", (black, black, black, shape)), "PNG")
    result = hashing_page.hash_one(content)
    assert result["claims"][0]["variant"] == "alpha-white"


def test_symmetrical_picture_says_nothing_twice(hashing_page):
    photo = photograph("astronaut.png").resize((512, 512))
    rgb = np.asarray(photo).astype(int)
    even = ((rgb + rgb[:, ::-1]) // 2).astype(np.uint8)
    claims = claims_of(hashing_page, encoded(Image.fromarray(even), "PNG"))
    assert "mirrored" not in claims
    assert_all_differ(claims)


def test_claims_stay_within_what_the_bank_takes(hashing_page):
    for path in sorted(PHOTOGRAPHS.glob("*.png")):
        result = hashing_page.hash_one(path.read_bytes())
        assert len(result.get("claims", [])) <= 16


@pytest.mark.parametrize("kind", ["GIF", "PNG"])
def test_palette_indices_are_hashed_as_they_are_stored(hashing_page, kind):
    paletted = photograph("astronaut.png").quantize(200)
    claims = claims_of(hashing_page, encoded(paletted, kind))
    indices = np.asarray(paletted)
    wanted = reference(np.repeat(indices[..., None], 3, axis=2))
    raw = claims["palette-raw"]
    assert (raw["value"], raw["quality"]) == (wanted.value, wanted.quality)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_inks_are_hashed_as_they_are_stored(hashing_page, kind):
    content = encoded(photograph("astronaut.png").convert("CMYK"), kind)
    claims = claims_of(hashing_page, content)
    inks = np.asarray(Image.open(io.BytesIO(content)))[..., :3]
    assert distance(claims["cmyk-raw"]["value"], reference(inks).value) <= 2
