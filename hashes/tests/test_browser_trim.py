"""A screenshot: what surrounds the picture is found, and the hash of what is inside is offered."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from hashes.tests.hashing import HashingPage, distance, encoded, photograph, reference

pytestmark = pytest.mark.stateless

SCREEN = (1080, 2000)
NAMES = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")


def screenshot(photo: Image.Image, background: tuple[int, int, int], *, bars: bool) -> tuple:
    """The photo, as wide as the screen, between bars with words on them; and its box."""
    screen = Image.new("RGB", SCREEN, background)
    height = photo.height * SCREEN[0] // photo.width
    shown = photo.resize((SCREEN[0], height))
    top = (SCREEN[1] - height) // 2
    screen.paste(shown, (0, top))
    if bars:
        ink = ImageDraw.Draw(screen)
        colour = tuple(255 - value for value in background)
        ink.text((40, 20), "21:47", fill=colour, font_size=40)
        ink.text((860, 20), "LTE 84 %", fill=colour, font_size=40)
        ink.text((40, 120), "Gallery", fill=colour, font_size=60)
        ink.text((100, SCREEN[1] - 100), "Share    Edit    Delete", fill=colour, font_size=44)
    return screen, shown, (0, top, SCREEN[0], top + height)


@pytest.mark.parametrize(
    "kind, background", [("PNG", (0, 0, 0)), ("JPEG", (255, 255, 255)), ("JPEG", (24, 26, 32))]
)
def test_bars_around_a_picture_are_found(hashing_page: HashingPage, kind, background):
    for name in NAMES:
        screen, shown, box = screenshot(photograph(name), background, bars=True)
        result = hashing_page.hash_one(encoded(screen, kind))
        trim = result["trim"]
        found = np.array([trim["box"][side] for side in ("left", "top", "right", "bottom")])
        assert np.abs(found * np.array([*SCREEN, *SCREEN]) - np.array(box)).max() <= 4, name
        assert trim["claim"]["variant"] == "trimmed"
        assert distance(trim["claim"]["value"], reference(np.asarray(shown)).value) <= 10
        # The person has not been asked yet.
        assert "trimmed" not in {claim["variant"] for claim in result["claims"]}


def test_turned_screenshot_is_trimmed_as_displayed(hashing_page: HashingPage):
    screen, shown, _ = screenshot(photograph("coffee.png"), (0, 0, 0), bars=False)
    exif = Image.Exif()
    exif[0x0112] = 6
    content = encoded(screen.transpose(Image.Transpose.ROTATE_90), "PNG", exif=exif)
    trim = hashing_page.hash_one(content)["trim"]
    assert trim["claim"]["value"] == reference(np.asarray(shown)).value


@pytest.mark.parametrize("name", [*NAMES, "retina.jpg"])
def test_picture_without_a_border_is_left_alone(hashing_page: HashingPage, name):
    photo = photograph(name).crop((20, 20, 380, 260))
    assert "trim" not in hashing_page.hash_one(encoded(photo, "PNG"))
