"""A person with Chromium before the proxy, over TLS, under the name that production is known by."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import FilePayload, sync_playwright
from skimage import data

from ncii.dev import tools
from ncii.tests.containers.engine import HOST
from ncii.tests.containers.front import Front
from ncii.tests.fixtures import CHROMIUM_ARGUMENTS
from ncii.tests.victim import Victim
from ncii.tests.watch import Watch


@contextmanager
def person(port: int, folder: Path) -> Iterator[Victim]:
    """Yield somebody in front of the English pages; check what the pages did at the end."""
    origin = f"https://{HOST}"
    with Front(HOST, port, folder) as front, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(tools.find("chromium")),
            args=[
                *CHROMIUM_ARGUMENTS,
                f"--host-resolver-rules=MAP {HOST} 127.0.0.1:{front.port}",
            ],
        )
        context = browser.new_context(base_url=origin, locale="en-GB", ignore_https_errors=True)
        watch = Watch(origin)
        watch.attach(context)
        yield Victim(context.new_page())
        watch.check()
        browser.close()


def photo(name: str) -> FilePayload:
    """One of scikit-image's photographs as a JPEG."""
    stream = io.BytesIO()
    Image.fromarray(getattr(data, name)()).save(stream, "JPEG", quality=92)
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()}
