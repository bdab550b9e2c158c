"""What a person meets that has no address of its own: errors, lists, waiting, warnings, the end."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import FilePayload, Page, Route, expect

from ncii.tests.pictures import a_screenshot, pictures
from ncii.tests.victim import HASHING_MS, Victim

NO_PICTURE: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"}


def states(page: Page, language: str) -> Iterator[str]:
    """Yield the name of each state while the page is in it; the order is a person's way."""
    victim = Victim(page, language)
    yield from _before_a_case(victim)
    yield from _files(victim)
    yield from _sending(victim)
    page.clock.install()
    number = page.locator("[data-number]").inner_text()
    yield from _coming_back(victim, number)


def _before_a_case(victim: Victim) -> Iterator[str]:
    page = victim.page
    victim.go("")
    page.locator(".tongues summary").click()
    yield "languages open"
    victim.go("start/1")
    victim.go_on()
    expect(page.locator("[data-wrongs]")).to_be_focused()
    yield "question without an answer"
    victim.go("online")
    page.locator(".fold summary").first.click()
    yield "platform open"
    victim.go("questions")
    page.fill("#find", "xyzzy")
    expect(page.locator("[data-group]:visible")).to_have_count(0)
    yield "search that finds nothing"
    victim.go("letter")
    page.locator("[data-letter] button[type=submit]").click()
    expect(page.locator("[data-result]")).to_be_focused()
    yield "letter with lines to fill in"


def _files(victim: Victim) -> Iterator[str]:
    page = victim.page
    victim.answer_yes()
    yield "case page"
    page.locator("[data-next]").click()
    expect(page.locator("[data-wrongs]")).to_be_focused()
    yield "no file chosen"
    held: list[Route] = []
    page.route("**/*.wasm", lambda route: held.append(route))
    page.set_input_files("#files", pictures())
    expect(page.locator(".row--waiting, .row--working")).to_have_count(3)
    yield "files waiting"
    # The handler lets go of what comes after; Playwright itself lets go of what it held.
    page.unroute("**/*.wasm")
    expect(page.locator(".row--ready")).to_have_count(3, timeout=HASHING_MS)
    page.locator("[data-remove]").last.click()
    victim.choose([NO_PICTURE, a_screenshot()])
    yield "files with results"
    page.locator("[data-trim-look]:visible").click()
    expect(page.locator("[data-trim] canvas:visible")).to_have_count(2)
    yield "trim offer open"
    page.locator("[data-trim-yes]:visible").click()
    page.locator("[data-offline] summary").click()
    page.context.set_offline(True)
    expect(page.locator("[data-connection]")).to_be_visible()
    yield "offline"
    page.context.set_offline(False)


def _sending(victim: Victim) -> Iterator[str]:
    page = victim.page
    page.locator("[data-next]").click()
    victim.go_on()
    expect(page.locator("[data-wrongs]")).to_be_focused()
    yield "no PIN"
    page.locator("[data-random]").click()
    victim.go_on()
    expect(page.locator("#send")).to_be_visible()
    yield "check"
    page.context.set_offline(True)
    page.locator("#send").click()
    expect(page.locator("[data-waiting]")).to_be_visible()
    yield "waiting for the internet"
    page.context.set_offline(False)
    expect(page.locator("[data-number]")).to_be_visible()
    page.locator("#with-pin").check()
    yield "case number"
    page.locator("[data-print]").evaluate("button => { window.print = () => {}; button.click(); }")


def _coming_back(victim: Victim, number: str) -> Iterator[str]:
    page = victim.page
    pin = page.locator("[data-pin]").inner_text()
    victim.try_to_enter(number, "00")
    expect(page.locator("[data-wrongs]")).to_be_focused()
    yield "wrong PIN"
    victim.enter(number, pin)
    yield "status"
    page.clock.fast_forward("13:05")
    expect(page.locator("dialog[data-timeout]")).to_be_visible()
    yield "timeout warning"
    page.locator("dialog[data-timeout] button").click()
    page.locator('main a[href$="/status/withdraw"]').click()
    victim.go_on()
    expect(page.locator("[data-wrongs]")).to_be_focused()
    yield "withdrawal without an answer"
    victim.say_yes()
    expect(page.locator("main form")).to_be_visible()
    yield "withdrawn"
    victim.go("status/case")
    yield "withdrawn case"
