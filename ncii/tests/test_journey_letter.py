"""The removal request: written on the device, complete, and nothing of it leaves."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ncii.tests.stack import Stack
from ncii.tests.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.stateless]
LINK = "https://somewhere.example/post/4711?who=marked"
NAME = "Marked Person"
CONTACT = "marked@mail.example"


def fill(page: Page, platform: str = "Discord", language: str = "en") -> None:
    page.goto(f"/{language}/letter")
    page.select_option("#platform", platform)
    page.fill("#links", LINK)
    page.fill("#name", NAME)
    page.fill("#contact", CONTACT)


def write(page: Page) -> str:
    page.locator("[data-letter] button[type=submit]").click()
    expect(page.locator("[data-result]")).to_be_focused()
    return page.locator("[data-paper]").inner_text()


def asked_since(watch: Watch, before: int) -> list[str]:
    """The addresses asked for since; the tab's icon comes when the browser likes."""
    urls = [request.url for request in watch.requests[before:]]
    return [url for url in urls if not url.startswith("blob:") and not url.endswith("icon.svg")]


def saved(page: Page, button: str) -> tuple[str, str]:
    """Press, and return the name and the text of the file that comes."""
    with page.expect_download() as download:
        page.locator(button).click()
    return download.value.suggested_filename, Path(download.value.path()).read_text()


def test_it_says_what_the_law_asks_for_and_where_to_send_it(page: Page):
    fill(page)
    text = write(page)
    for part in ("To: Discord", LINK, f"Signature: {NAME}", CONTACT, "in good faith", "48 hours"):
        assert part in text
    assert "I am the person in the images." in text
    assert "I act for" not in text
    assert "fakes" not in text
    assert "___" not in text
    expect(page.locator("[data-missing]")).to_be_hidden()
    expect(page.locator("[data-report]")).to_have_attribute("href", re.compile("discord"))


def test_nothing_that_was_typed_leaves_or_stays(page: Page, watch: Watch):
    fill(page)
    before = len(watch.requests)
    write(page)
    page.evaluate("window.print = () => { window.printed = true; }")
    page.locator("[data-print]").click()
    assert page.evaluate("window.printed")
    assert saved(page, "[data-save]")[0] == "letter.txt"
    saved(page, "[data-remind]")
    page.locator("[data-letter]").evaluate("form => form.requestSubmit()")
    assert asked_since(watch, before) == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert re.search(r"/en/letter$", page.url)
    page.reload()
    for field in ("#links", "#name", "#contact"):
        assert page.input_value(field) == ""
    for request in watch.requests:
        sent = request.url + (request.post_data or "")
        assert "marked" not in sent.lower()


def test_the_reminder_is_in_48_hours_and_tells_nothing(page: Page):
    page.clock.set_fixed_time("2026-11-20T09:30:00Z")
    fill(page)
    write(page)
    name, text = saved(page, "[data-remind]")
    assert name == "reminder.ics"
    lines = text.split("\r\n") if "\r\n" in text else text.split("\n")
    assert "DTSTART:20261122T093000Z" in lines
    assert "SUMMARY:Reminder" in lines
    assert [lines[0], lines[-2], lines[-1]] == ["BEGIN:VCALENDAR", "END:VCALENDAR", ""]
    for word in ("marked", "discord", "image", "remov", "hash"):
        assert word not in text.lower()


def test_copy_and_save_give_the_same_letter(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fill(page)
    write(page)
    page.locator("[data-copy]").click()
    expect(page.locator("[data-told]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    _, text = saved(page, "[data-save]")
    assert copied.strip() == text.strip()
    assert LINK in copied


def test_what_is_missing_is_said_and_left_as_a_line(page: Page):
    page.goto("/en/letter")
    page.select_option("#platform", label="Another site")
    expect(page.locator("#site")).to_be_visible()
    text = write(page)
    expect(page.locator("[data-missing] li")).to_have_count(4)
    assert "Signature: ____" in text
    expect(page.locator("[data-where-else]")).to_be_visible()
    page.fill("#site", "A Small Forum")
    assert "To: A Small Forum" in write(page)
    expect(page.locator("[data-missing] li")).to_have_count(3)


def test_no_site_is_written_to_that_nobody_chose(page: Page):
    page.goto("/en/letter")
    assert "To: ____" in write(page)
    expect(page.locator("[data-where-else]")).to_be_visible()
    page.get_by_role("link", name="the name of the site").click()
    expect(page.locator("#platform")).to_be_focused()


def test_who_acts_for_someone_and_fakes(page: Page):
    fill(page)
    page.select_option("#role", "other")
    page.check("#fake")
    text = write(page)
    assert "I act for the person in the images" in text
    assert "I am the person" not in text
    assert "The images are fakes." in text


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_letter_can_be_in_english_on_any_page(page: Page, language: str):
    fill(page, language=language)
    page.select_option("#tongue", "en")
    assert f"Signature: {NAME}" in write(page)
    paper = page.locator("[data-paper]")
    expect(paper).to_have_attribute("lang", "en")
    expect(paper).to_have_attribute("dir", "ltr")


def test_what_is_typed_is_text_and_never_markup(page: Page):
    fill(page)
    page.fill("#name", "<img src=x onerror=alert(1)>")
    assert "<img src=x" in write(page)
    expect(page.locator("[data-paper] img")).to_have_count(0)


def plain_page(browser: Browser, stack: Stack, watch: Watch) -> tuple[Page, Callable[[], None]]:
    context = browser.new_context(base_url=stack.url, java_script_enabled=False)
    watch.attach(context)
    return context.new_page(), context.close


def test_without_scripts_there_is_a_letter_to_fill_in_by_hand(
    browser: Browser, stack: Stack, watch: Watch
):
    page, close = plain_page(browser, stack, watch)
    page.goto("/en/letter")
    expect(page.locator("[data-letter]")).to_be_hidden()
    expect(page.locator("[data-by-hand] .letter")).to_contain_text("Signature: ____")
    close()


def test_the_answers_are_searched_on_the_device(page: Page, watch: Watch):
    page.goto("/en/questions")
    page.wait_for_load_state("load")
    before = len(watch.requests)
    everything = page.locator("[data-answer]:visible").count()
    page.fill("#find", "Airplane MODE")
    expect(page.locator("[data-answer]:visible")).to_have_count(2)
    expect(page.locator("[data-found]")).to_have_text("2 answers found")
    page.fill("#find", "xyzzy")
    expect(page.locator("[data-group]:visible")).to_have_count(0)
    expect(page.locator("[data-found]")).to_contain_text("Try fewer words")
    page.fill("#find", "")
    expect(page.locator("[data-answer]:visible")).to_have_count(everything)
    assert asked_since(watch, before) == []


def test_a_link_to_an_answer_opens_it(page: Page):
    page.goto("/en/questions#young")
    expect(page.locator("#young")).to_be_visible()
