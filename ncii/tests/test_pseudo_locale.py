"""No text is hard-coded: with a made-up language, all that a person can read is marked.

In a browser, over every public page and the whole way of a case, so that what scripts say is
read too; and the e-mail.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from cases.directory.seed import DATA
from ncii.tests.mailbox import Mailbox
from ncii.tests.pages import public_paths
from ncii.tests.pictures import pictures
from ncii.tests.pseudo import CODE, mark, unmarked
from ncii.tests.stack import Stack
from ncii.tests.victim import Victim

pytestmark = [pytest.mark.e2e, pytest.mark.stateless]
# What a person reads, sees named, or is told by a screen reader. Languages name themselves.
_READABLE = """() => {
    const found = [];
    const named = [];
    const outside = (e) => e.closest(".tongues, script, style, template, [translate=no], bdi");
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode())
        if (!outside(node.parentElement)) found.push(node.data);
    for (const name of ["aria-label", "alt", "title", "placeholder", "aria-description"])
        for (const e of document.querySelectorAll(`[${name}]`))
            if (!outside(e)) named.push(e.getAttribute(name));
    return [document.title, found.join("\\n"), ...named];
}"""


class PseudoStack(Stack):
    """Only the site: nothing is published in this test."""

    def _start(self, name: str) -> None:
        if name in ("broker", "web"):
            super()._start(name)


@pytest.fixture(scope="module")
def pseudo(smtp_server: Mailbox) -> Iterator[Stack]:
    env = {"EMAIL_URL": smtp_server.url, "DJANGO_SETTINGS_MODULE": "ncii.tests.pseudo_settings"}
    with PseudoStack(env) as running:
        yield running


@pytest.fixture
def pseudo_page(browser: Browser, pseudo: Stack) -> Iterator[Page]:
    context = browser.new_context(base_url=pseudo.url)
    yield context.new_page()
    context.close()


def own_names() -> set[str]:
    """What is a name in every language."""
    entries = [e for file in DATA.glob("*.json") for e in json.loads(file.read_text())]
    return {entry["name"] for entry in entries}


def hard_coded(page: Page) -> set[str]:
    """Return the pieces of text outside all marks; a sentence may go through several elements."""
    texts: list[str] = page.evaluate(_READABLE)
    pieces = {piece.strip() for text in texts for piece in unmarked(text).splitlines()}
    return {piece for piece in pieces if unmarked(piece)} - own_names()


def test_marks_are_told_apart():
    assert unmarked(mark("Hello {name}")) == ""
    assert unmarked(mark(f"Read {mark('more')} here")) == ""
    assert unmarked(f"{mark('Call')} 0345 6000 459") == ""
    assert unmarked(f"{mark('Call')} us now") == "us now"


def test_no_page_has_words_that_no_catalogue_has(pseudo_page: Page):
    found = {}
    for path in public_paths():
        pseudo_page.goto(f"/{CODE}/{path}")
        found[path] = hard_coded(pseudo_page)
    assert {path: texts for path, texts in found.items() if texts} == {}


def test_no_script_has_words_of_its_own(pseudo_page: Page, mailbox: Mailbox):
    page, victim = pseudo_page, Victim(pseudo_page, CODE)
    found: set[str] = set()
    victim.answer_yes()
    found |= hard_coded(page)
    page.locator("[data-next]").click()
    found |= hard_coded(page)
    bad: FilePayload = {"name": "1.txt", "mimeType": "text/plain", "buffer": b"no picture"}
    victim.choose([*pictures()[:1], bad])
    found |= hard_coded(page)
    page.locator("[data-next]").click()
    page.locator('[data-step="pin"] button[type="submit"]').click()
    found |= hard_coded(page)
    victim.type_pin()
    page.fill("#email", "someone@example.org")
    found |= hard_coded(page)
    number = victim.send()
    found |= hard_coded(page)
    victim.enter(number)
    found |= hard_coded(page)
    page.goto(f"/{CODE}/letter")
    page.locator("[data-letter] button[type=submit]").click()
    expect(page.locator("[data-result]")).to_be_focused()
    found |= hard_coded(page)
    [message] = mailbox.messages
    for text in (str(message["Subject"]), message.get_content()):
        found |= {unmarked(text.replace(number, ""))}
    assert found - {"", number} == set()
