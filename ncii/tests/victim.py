"""The victim's way as a page object: what a person does, in the words of the pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

NUMBER = re.compile(r"^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$")
File = str | Path | FilePayload


class Victim:
    """A person in front of the English pages."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def answer_the_questions(self) -> None:
        """From the first page to the case page, with a yes to each question."""
        self.page.goto("/en/")
        self.page.goto("/en/start/1")
        for number in range(1, 5):
            expect(self.page).to_have_url(f"/en/start/{number}")
            self.page.locator('input[value="yes"]').check()
            self.page.get_by_role("button", name="Continue").click()
        expect(self.page).to_have_url("/en/case/new")

    def choose_files(self, files: Sequence[File]) -> None:
        """Choose files and wait until each has its fingerprint or its reason."""
        expect(self.page.locator("form#case")).to_be_visible()
        self.page.set_input_files("#files", files)  # type: ignore[arg-type]
        done = self.page.locator("[data-rows] li.row--ready, [data-rows] li.row--wrong")
        expect(done).to_have_count(len(files), timeout=120_000)

    def open_case(self, files: Sequence[File], pin: str) -> str:
        """Walk the whole way; return the case number that the last page shows."""
        self.answer_the_questions()
        self.choose_files(files)
        self.page.locator("[data-next]").click()
        self.page.fill("#pin", pin)
        self.page.fill("#pin-again", pin)
        self.page.locator('[data-step="pin"] button[type="submit"]').click()
        self.page.locator("#send").click()
        number = self.page.locator("[data-number]")
        expect(number).to_have_text(NUMBER)
        return number.inner_text()

    def enter(self, number: str, pin: str) -> None:
        """Open the status page with number and PIN."""
        self.page.goto("/en/status")
        self.page.get_by_label("Case number").fill(number)
        self.page.get_by_label("PIN", exact=True).fill(pin)
        self.page.get_by_role("button", name="Open my case").click()
        expect(self.page.get_by_role("heading", name="Your case", level=1)).to_be_visible()

    def said_of(self, file: str, partner: str) -> list[str]:
        """What the status page says of a file at a partner: where its hash is, what was found."""
        section = self.page.locator("section").filter(
            has=self.page.get_by_role("heading", name=file)
        )
        row = section.get_by_role("row").filter(has_text=partner)
        return row.get_by_role("cell").all_inner_texts()

    def withdraw(self) -> None:
        """From the status page: withdraw, and confirm."""
        self.page.get_by_role("link", name="Withdraw my case", exact=True).click()
        self.page.locator('input[value="yes"]').check()
        self.page.get_by_role("button", name="Continue").click()
        expect(self.page.get_by_role("heading", name="Your case is withdrawn")).to_be_visible()
