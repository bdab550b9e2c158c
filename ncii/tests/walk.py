"""The victim's way through the pages, by their structure, so that it is the same in every language."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect
from skimage import data

NUMBER = re.compile(r"^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$")
PIN = "84629173"
HASHING_MS = 60_000


def picture(name: str, form: str, photo: Callable[[], object]) -> FilePayload:
    """One of scikit-image's photographs as a file of that format."""
    stream = io.BytesIO()
    Image.fromarray(photo()).save(stream, form)  # type: ignore[arg-type]
    return {"name": name, "mimeType": f"image/{form.lower()}", "buffer": stream.getvalue()}


def pictures() -> list[FilePayload]:
    """A JPEG, a PNG and a WebP, each of another photograph."""
    return [
        picture("holiday-in-june.jpg", "JPEG", data.astronaut),
        picture("IMG_20410.png", "PNG", data.coffee),
        picture("selfie-bathroom.webp", "WEBP", data.chelsea),
    ]


def film(browser: Browser) -> FilePayload:
    """Half a second of moving colours, recorded by the browser itself as WebM."""
    page = browser.new_page()
    recorded = page.evaluate(
        """async () => {
            const canvas = document.createElement("canvas");
            const paint = canvas.getContext("2d");
            const recorder = new MediaRecorder(canvas.captureStream(25), {mimeType: "video/webm"});
            const parts = [];
            recorder.ondataavailable = (event) => parts.push(event.data);
            const stopped = new Promise((resolve) => { recorder.onstop = resolve; });
            recorder.start();
            for (let i = 0; i < 15; i++) {
                paint.fillStyle = `hsl(${i * 24} 80% 50%)`;
                paint.fillRect(0, 0, canvas.width, canvas.height);
                await new Promise((resolve) => setTimeout(resolve, 40));
            }
            recorder.stop();
            await stopped;
            return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
        }"""
    )
    page.close()
    return {"name": "our evening.webm", "mimeType": "video/webm", "buffer": bytes(recorded)}


def answer_yes(page: Page, language: str = "en") -> None:
    """From the start page through the four questions to the case page."""
    page.goto(f"/{language}/start")
    page.locator("main .button").click()
    for number in range(1, 5):
        expect(page).to_have_url(re.compile(rf"/{language}/start/{number}$"))
        page.locator('input[value="yes"]').check()
        page.locator('main button[type="submit"]').click()
    expect(page.locator("#case")).to_be_visible()


def choose(page: Page, files: Sequence[FilePayload]) -> None:
    """Choose files and wait until each row has come to an end."""
    rows = page.locator("[data-rows] > li")
    expected = min(20, rows.count() + len(files))
    page.set_input_files("#files", list(files))
    expect(rows).to_have_count(expected)
    expect(page.locator(".row--waiting, .row--working")).to_have_count(0, timeout=HASHING_MS)


def go_to_check(page: Page, pin: str = PIN) -> None:
    """From the files to the last step before sending."""
    page.locator("[data-next]").click()
    page.fill("#pin", pin)
    page.fill("#pin-again", pin)
    page.locator('[data-step="pin"] button[type="submit"]').click()
    expect(page.locator("#send")).to_be_visible()


def send(page: Page) -> str:
    """Send, and return the case number that is shown."""
    page.locator("#send").click()
    number = page.locator("[data-number]")
    expect(number).to_have_text(NUMBER)
    return number.inner_text()


def enter(page: Page, number: str, pin: str = PIN, language: str = "en") -> None:
    """Come back with number and PIN."""
    page.goto(f"/{language}/status")
    page.fill("#id_number", number)
    page.fill("#id_pin", pin)
    page.locator('main button[type="submit"]').click()
    expect(page).to_have_url(re.compile(rf"/{language}/status/case$"))
