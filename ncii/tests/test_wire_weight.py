"""What the browser fetches: little for a usual photo; a rare file's decoder with a bar of its own."""

from __future__ import annotations

import io
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect
from skimage import data

from ncii.tests.pictures import picture
from ncii.tests.stack import Stack
from ncii.tests.victim import Victim

pytestmark = pytest.mark.e2e
COMMON_PATH_BYTES = 150_000
RARE = ("heif", "magick", "avif", "webp", "png")
SLOW_BYTES_PER_SECOND = 1_500_000


def bytes_on_the_wire(stack: Stack, page: Page, path: str) -> int:
    """Of the body, compressed as Chromium asks for it over TLS; HTTP/2 packs the heads."""
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    headers = {"Accept-Encoding": "gzip, deflate, br", "Cookie": cookies}
    with urlopen(Request(stack.url + path, headers=headers), timeout=30) as answer:
        return len(answer.read())


def test_page_script_decoder_and_pdq_of_a_photo_weigh_little(page: Page, stack: Stack) -> None:
    person = Victim(page)
    person.answer_yes()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(urlsplit(request.url).path))
    page.reload()
    person.choose([picture("photo.jpg", "JPEG", data.astronaut)])
    for wanted in ("/case/new", "common-worker.js", "jpeg.wasm", "pdq-simd.wasm"):
        assert any(path.endswith(wanted) for path in fetched), wanted
    assert not [path for path in fetched if path.rpartition("/")[2].startswith(RARE)]
    weights = {path: bytes_on_the_wire(stack, page, path) for path in dict.fromkeys(fetched)}
    assert sum(weights.values()) <= COMMON_PATH_BYTES, weights


def tiff() -> FilePayload:
    stream = io.BytesIO()
    Image.fromarray(data.coffee()).save(stream, "TIFF")
    return {"name": "scan.tiff", "mimeType": "image/tiff", "buffer": stream.getvalue()}


def test_rare_decoder_shows_how_much_of_it_has_arrived(page: Page) -> None:
    Victim(page).answer_yes()
    expect(page.locator("form#case")).to_be_visible()
    slow = {
        "offline": False,
        "latency": 0,
        "downloadThroughput": SLOW_BYTES_PER_SECOND,
        "uploadThroughput": SLOW_BYTES_PER_SECOND,
    }
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", slow)
    page.set_input_files("#files", [tiff()])
    row = page.locator("[data-rows] li")
    expect(row.locator("[data-says]")).to_have_text("Getting ready for this kind of file")
    bar = row.locator("progress").element_handle()
    page.wait_for_function("(bar) => bar.value > 0.1 && bar.value < 0.9", arg=bar)
    expect(page.locator("li.row--ready")).to_have_count(1, timeout=60_000)
