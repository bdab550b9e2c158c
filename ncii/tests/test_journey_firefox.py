"""The victim's way in Firefox: the same hashes as the reference, online and in airplane mode."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from hashes.tests.hashing import as_displayed, distance, encoded, photograph, reference
from hashes.tests.samples.heif import avif, heic
from hashes.tests.test_browser_formats import FORMATS
from ncii.dev import tools
from ncii.tests.firefox import Firefox
from ncii.tests.pictures import a_screenshot
from ncii.tests.stack import Stack
from ncii.tests.victim import NUMBER, PIN

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        tools.TOOLS["firefox"].find() is None,
        reason="no Firefox: apt-get install firefox-esr",
    ),
]
VIDEO = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + bytes(999)
EXACT = (".jpg", ".png")


@pytest.fixture
def firefox(stack: Stack) -> Iterator[Firefox]:
    with Firefox() as running:
        yield running
        elsewhere = [
            url
            for url in running.requests
            if not url.startswith((stack.url, "blob:", "about:", "data:"))
        ]
        assert elsewhere == []


def answer_yes(firefox: Firefox, stack: Stack) -> None:
    firefox.goto(f"{stack.url}/en/start/1")
    for number in range(1, 5):
        firefox.wait(f"location.pathname === '/en/start/{number}'")
        firefox.click('input[value="yes"]')
        firefox.click('main button[type="submit"]')
    firefox.wait("document.querySelector('#case')?.checkVisibility()")


def send(firefox: Firefox) -> None:
    """From the files to the answer, remembering in `sent` what goes out."""
    firefox.script(
        """(() => { const real = fetch; window.fetch = (address, options) => {
            if (options?.body) window.sent = String(options.body);
            return real(address, options); }; })()"""
    )
    firefox.click("[data-next]")
    firefox.fill("#pin", PIN)
    firefox.fill("#pin-again", PIN)
    firefox.click('[data-step="pin"] button[type="submit"]')
    firefox.click("#send")


def hashed(firefox: Firefox, count: int) -> None:
    firefox.wait(f"document.querySelectorAll('.row--ready, .row--wrong').length === {count}")
    said = "[...document.querySelectorAll('.row--wrong')].map((row) => row.innerText)"
    assert firefox.script(said) == []


def pixels(name: str, content: bytes) -> np.ndarray:
    """Height x width x 3, by another decoder than the page's."""
    if name.endswith(".heic"):
        return np.asarray(pillow_heif.open_heif(content).to_pillow().convert("RGB"))
    return as_displayed(content)


def pictures(folder: Path) -> dict[Path, str]:
    """Files of the everyday kinds, each of another picture, and the reference's hash of each."""
    turned = [
        photograph(name).transpose(Image.Transpose.ROTATE_90)
        for name in ("astronaut.png", "chelsea.png", "coffee.png")
    ]
    contents = {
        "a.jpg": encoded(photograph("astronaut.png"), "JPEG"),
        "b.png": encoded(photograph("coffee.png"), "PNG"),
        "c.webp": encoded(photograph("chelsea.png"), "WEBP"),
        "d.gif": encoded(photograph("rocket.jpg"), "GIF"),
        "e.tiff": encoded(turned[0], "TIFF"),
        "f.heic": heic(turned[1]),
        "g.avif": avif(turned[2]),
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {
        folder / name: reference(pixels(name, content)).value for name, content in contents.items()
    }


def test_open_see_and_withdraw_a_case(firefox: Firefox, stack: Stack, tmp_path: Path):
    wanted = pictures(tmp_path)
    (tmp_path / "film.mp4").write_bytes(VIDEO)
    answer_yes(firefox, stack)
    firefox.choose("#files", [*wanted, tmp_path / "film.mp4"])
    hashed(firefox, len(wanted) + 1)
    send(firefox)
    number = firefox.wait("document.querySelector('[data-number]').textContent")
    assert NUMBER.match(number)

    *photos, video = json.loads(parse_qs(firefox.script("window.sent"))["files"][0])
    for photo, (path, value) in zip(photos, wanted.items(), strict=True):
        bits = distance(photo["claims"][0]["value"], value)
        assert bits <= (0 if path.suffix in EXACT else 2), path.name
    assert video["claims"][0]["value"] == hashlib.md5(VIDEO).hexdigest()

    firefox.goto(f"{stack.url}/en/status")
    firefox.fill("#id_number", number)
    firefox.fill("#id_pin", PIN)
    firefox.click('main button[type="submit"]')
    firefox.wait(f"document.querySelectorAll('.journey').length === {len(wanted) + 1}")
    firefox.click('a[href="/en/status/withdraw"]')
    firefox.click('input[value="yes"]')
    firefox.click('main button[type="submit"]')
    firefox.wait("location.pathname.endsWith('/status/withdrawn')")


def test_airplane_mode(firefox: Firefox, stack: Stack, tmp_path: Path):
    answer_yes(firefox, stack)
    firefox.click("[data-offline] summary")
    firefox.click("[data-get-ready]")
    firefox.wait("document.querySelector('[data-ready-says]').textContent.startsWith('Ready')")
    firefox.set_offline(True)
    firefox.wait("document.querySelector('[data-connection]').checkVisibility()")
    for name, samples in FORMATS.items():
        file = tmp_path / name
        file.write_bytes(samples()[0].content)
        firefox.choose("#files", [file])
        hashed(firefox, 1)
        firefox.click("[data-remove]")
        hashed(firefox, 0)
    file.write_bytes(a_screenshot()["buffer"])
    firefox.choose("#files", [file])
    hashed(firefox, 1)
    firefox.click("[data-trim-look]")
    firefox.wait("document.querySelectorAll('.trim canvas')[1].width === 96")
    firefox.click("[data-trim-yes]")
    firefox.click("#previews")
    firefox.wait("document.querySelector('[data-seen]').checkVisibility()")
    send(firefox)
    firefox.wait("document.querySelector('[data-waiting]').checkVisibility()")
    firefox.set_offline(False)
    firefox.wait("document.querySelector('[data-number]').textContent")
    [photo] = json.loads(parse_qs(firefox.script("window.sent"))["files"][0])
    assert "trimmed" in {claim["variant"] for claim in photo["claims"]}
