"""Files that a person might choose: photographs in several formats, and a film."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Browser, FilePayload
from skimage import data

from hashes.tests.hashing import encoded, photograph
from hashes.tests.test_browser_trim import screenshot


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


def a_screenshot() -> FilePayload:
    """A photograph in the middle of a phone's black screen, with bars."""
    screen, _, _ = screenshot(photograph("coffee.png"), (0, 0, 0), bars=True)
    return {"name": "Screenshot.png", "mimeType": "image/png", "buffer": encoded(screen, "PNG")}


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
