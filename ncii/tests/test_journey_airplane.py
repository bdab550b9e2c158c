"""Airplane mode on the case page: hashing goes on, sending waits, and one case comes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, Route, Worker, expect

from hashes.tests.test_browser_formats import FORMATS
from ncii.tests.pictures import pictures
from ncii.tests.victim import HASHING_MS, NUMBER, Victim
from ncii.tests.watch import Watch

pytestmark = pytest.mark.e2e
VIDEO_HEAD = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"
LONG_BYTES = 3_000_000_000


@pytest.fixture(autouse=True)
def back_online(context: BrowserContext) -> Iterator[None]:
    yield
    context.set_offline(False)


def get_ready(page: Page) -> None:
    page.locator("[data-offline] summary").click()
    page.get_by_role("button", name="Get ready to go offline").click()
    expect(page.locator("[data-ready-says]")).to_contain_text(
        "You can switch on airplane mode now", timeout=HASHING_MS
    )


def choose_only(page: Page, file: FilePayload) -> Locator:
    """Choose one file where there is none, and return its row when it has come to an end."""
    page.set_input_files("#files", [file])
    row = page.locator(".row--ready, .row--wrong")
    expect(row).to_have_count(1, timeout=HASHING_MS)
    return row


def families() -> Iterator[tuple[str, bytes]]:
    """A file of each format that the hasher knows, and a video."""
    for format, samples in FORMATS.items():
        yield format, samples()[0].content
    yield "video", VIDEO_HEAD + bytes(999)


def test_every_kind_of_file_is_hashed_offline_once_the_page_is_ready(
    page: Page, context: BrowserContext, watch: Watch, victim: Victim
):
    victim.answer_yes()
    get_ready(page)
    expect(page.locator("[data-get-ready]")).to_be_hidden()
    expect(page.locator("[data-connection]")).to_be_hidden()
    context.set_offline(True)
    expect(page.locator("[data-connection]")).to_be_visible()
    asked = len(watch.requests)
    told = {}
    for name, content in families():
        row = choose_only(
            page, {"name": "file", "mimeType": "application/octet-stream", "buffer": content}
        )
        told[name] = row.locator("[data-says]").inner_text()
        row.locator("[data-remove]").click()
        expect(page.locator("[data-rows] > li")).to_have_count(0)
    assert told == dict.fromkeys(told, "Fingerprint ready")
    assert len(told) == 17
    assert [request.url for request in watch.requests[asked:]] == []


def test_after_a_video_was_stopped_offline_the_next_file_is_hashed(
    page: Page, context: BrowserContext, tmp_path: Path, victim: Victim
):
    long = tmp_path / "long.mp4"
    with long.open("wb") as stream:
        stream.write(VIDEO_HEAD)
        stream.truncate(LONG_BYTES)
    victim.answer_yes()
    get_ready(page)
    context.set_offline(True)
    page.set_input_files("#files", [long])
    row = page.locator("[data-rows] > li")
    expect(row.locator("[data-says]")).to_have_text(
        re.compile(r"^Making the fingerprint: [\d.]+ GB of 3 GB$")
    )
    ended: list[Worker] = []
    for worker in page.workers:
        worker.on("close", lambda gone: ended.append(gone))
    row.locator("[data-stop]").click()
    expect(row.locator("[data-says]")).to_have_text("Stopped. You can try again.")
    expect(row.locator("[data-retry]")).to_be_focused()
    expect(row.locator("progress")).to_be_hidden()
    # Cancelled at once: the worker that was reading goes. Playwright hears of it a moment later.
    for _ in range(200):
        if ended:
            break
        page.wait_for_timeout(50)
    assert ended
    row.locator("[data-remove]").click()
    for file in pictures():
        expect(choose_only(page, file)).to_have_class("row row--ready")
        page.locator("[data-remove]").click()


def test_a_decoder_that_is_not_here_yet_is_named_and_the_file_goes_on_later(
    page: Page, context: BrowserContext, victim: Victim
):
    victim.answer_yes()
    victim.choose(pictures()[:1])
    context.set_offline(True)
    tiff = FORMATS["TIFF"]()[0].content
    victim.choose([{"name": "a.tiff", "mimeType": "image/tiff", "buffer": tiff}])
    said = page.locator(".row--wrong [data-says]")
    expect(said).to_contain_text("a part of our program that this file needs is not here yet")
    context.set_offline(False)
    page.locator(".row--wrong [data-retry]").click()
    expect(page.locator(".row--ready")).to_have_count(2, timeout=HASHING_MS)


def test_getting_ready_without_a_network_says_so_and_can_be_tried_again(
    page: Page, context: BrowserContext, victim: Victim
):
    victim.answer_yes()
    context.set_offline(True)
    page.locator("[data-offline] summary").click()
    page.locator("[data-get-ready]").click()
    expect(page.locator("[data-ready-says]")).to_contain_text("Check your connection")
    context.set_offline(False)
    page.locator("[data-get-ready]").click()
    expect(page.locator("[data-ready-says]")).to_contain_text("Ready.", timeout=HASHING_MS)
    expect(page.locator("[data-ready-says]")).to_be_focused()


def test_sending_waits_for_the_network_and_then_goes_by_itself(
    page: Page, context: BrowserContext, victim: Victim
):
    victim.answer_yes()
    get_ready(page)
    context.set_offline(True)
    victim.choose(pictures())
    victim.go_to_check()
    page.locator("#send").click()
    expect(page.locator("[data-waiting]")).to_contain_text("Nothing is lost")
    expect(page.locator("#send")).to_have_text("Waiting for the internet…")
    expect(page.locator("[data-status]")).to_contain_text("You are offline")
    context.set_offline(False)
    expect(page.locator("[data-number]")).to_have_text(NUMBER)
    victim.enter(page.locator("[data-number]").inner_text())
    expect(page.locator(".journey")).to_have_count(3)


def test_waiting_ends_when_the_person_says_so_or_goes_back(
    page: Page, context: BrowserContext, victim: Victim
):
    victim.prepare(pictures()[:1])
    context.set_offline(True)
    page.locator("#send").click()
    page.locator("[data-stop-waiting]").click()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    expect(page.locator("#send")).to_have_text("Send")
    expect(page.locator("#send")).to_be_focused()
    page.locator("#send").click()
    expect(page.locator("[data-waiting]")).to_be_visible()
    page.go_back()
    expect(page.locator("#pin")).to_be_visible()
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.method))
    context.set_offline(False)
    page.locator('[data-step="pin"] button[type="submit"]').click()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert "POST" not in posted
    victim.send()


def test_an_answer_lost_to_airplane_mode_leads_to_the_same_number(
    page: Page, context: BrowserContext, victim: Victim
):
    """The case arrived, the network went before the answer came: sent again, it is the same case."""
    victim.prepare(pictures()[:1])
    numbers: list[str] = []

    def lose_the_answer(route: Route) -> None:
        numbers.append(json.loads(route.fetch().body())["case_number"])
        context.set_offline(True)
        route.abort("internetdisconnected")

    page.route("**/case/new", lose_the_answer, times=1)
    page.locator("#send").click()
    expect(page.locator("[data-waiting]")).to_be_visible()
    context.set_offline(False)
    expect(page.locator("[data-number]")).to_have_text(NUMBER)
    assert numbers == [page.locator("[data-number]").inner_text()]
