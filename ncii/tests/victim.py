"""The victim's way through the pages, found by their structure: it is the same in every language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

NUMBER = re.compile(r"^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$")
PIN = "84629173"
HASHING_MS = 120_000
MAX_FILES = 20
File = str | Path | FilePayload


class Victim:
    """A person in front of the pages in one language."""

    def __init__(self, page: Page, language: str = "en") -> None:
        self.page = page
        self.language = language

    def go(self, path: str) -> None:
        """Open a page by its address below the language."""
        self.page.goto(f"/{self.language}/{path}")

    def go_on(self) -> None:
        """Press the button that sends the page's form."""
        self.page.locator('main button[type="submit"]:visible').click()

    def answer_yes(self, first: int = 1) -> None:
        """From the start page (or a later question) through the four questions to the case page."""
        if first == 1:
            self.go("start")
            self.page.locator("main .button").click()
        for number in range(first, 5):
            expect(self.page).to_have_url(re.compile(rf"/{self.language}/start/{number}$"))
            self.say_yes()
        expect(self.page.locator("#case")).to_be_visible()

    def say_yes(self) -> None:
        """Answer the question on the page."""
        self.page.locator('input[value="yes"]').check()
        self.go_on()

    def choose(self, files: Sequence[File]) -> None:
        """Choose files and wait until each row has come to an end."""
        rows = self.page.locator("[data-rows] > li")
        expected = min(MAX_FILES, rows.count() + len(files))
        self.page.set_input_files("#files", files)  # type: ignore[arg-type]
        expect(rows).to_have_count(expected)
        ended = self.page.locator(".row--ready, .row--wrong")
        expect(ended).to_have_count(expected, timeout=HASHING_MS)

    def type_pin(self, pin: str = PIN) -> None:
        """Type it twice, and go on."""
        self.page.fill("#pin", pin)
        self.page.fill("#pin-again", pin)
        self.go_on()

    def go_to_check(self, pin: str = PIN) -> None:
        """From the files to the last step before sending."""
        self.page.locator("[data-next]").click()
        self.type_pin(pin)
        expect(self.page.locator("#send")).to_be_visible()

    def send(self) -> str:
        """Send, and return the case number that is shown."""
        self.page.locator("#send").click()
        number = self.page.locator("[data-number]")
        expect(number).to_have_text(NUMBER)
        return number.inner_text()

    def prepare(self, files: Sequence[File], pin: str = PIN) -> None:
        """From the start page to the last step before sending."""
        self.answer_yes()
        self.choose(files)
        self.go_to_check(pin)

    def open_case(self, files: Sequence[File], pin: str = PIN) -> str:
        """Walk the whole way; return the case number."""
        self.prepare(files, pin)
        return self.send()

    def try_to_enter(self, number: str, pin: str) -> None:
        """Type number and PIN where a case is opened."""
        self.go("status")
        self.page.fill("#id_number", number)
        self.page.fill("#id_pin", pin)
        self.go_on()

    def enter(self, number: str, pin: str = PIN) -> None:
        """Come back with number and PIN."""
        self.try_to_enter(number, pin)
        expect(self.page).to_have_url(re.compile(rf"/{self.language}/status/case$"))

    def said_of(self, file: str, partner: str) -> list[str]:
        """What the status page says of a file at a partner: where its hash is, what was found."""
        section = self.page.locator("section").filter(
            has=self.page.get_by_role("heading", name=file)
        )
        row = section.get_by_role("row").filter(has_text=partner)
        return row.get_by_role("cell").all_inner_texts()

    def withdraw(self) -> None:
        """From the status page: withdraw, and confirm."""
        self.page.locator('main a[href$="/status/withdraw"]').click()
        self.say_yes()
        expect(self.page).to_have_url(re.compile(rf"/{self.language}/status/withdrawn$"))
