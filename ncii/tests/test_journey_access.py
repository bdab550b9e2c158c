"""Every page for everyone: axe-core, zoom, keyboard, dark, in both first languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from ncii.tests import walk
from ncii.tests.stack import Stack
from ncii.tests.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.stateless]
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
Scheme = Literal["light", "dark"]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = (
    "",
    "how",
    "online",
    "support",
    "questions",
    "figures",
    "rights",
    "privacy",
    "check",
    "notes",
    "care",
    "accessibility",
    "partners",
    "letter",
    "start",
    "start/1",
    *(f"start/{number}/more" for number in range(1, 5)),
    "status",
    "status/finished",
    "nowhere",
)
# 320 CSS pixels are what is left of 1280 at 400 % zoom (WCAG 2.2, success criterion 1.4.10).
ZOOMED: ViewportSize = {"width": 320, "height": 256}
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}


def faults(page: Page) -> list[str]:
    """What axe-core finds on the page as it is now, one line each."""
    page.wait_for_load_state("load")
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate(
        "standards => axe.run(document, {runOnly: {type: 'tag', values: standards}})", STANDARDS
    )
    return [
        f"{page.url}: {violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def too_small(page: Page) -> list[str]:
    """Buttons, fields and choices under 44 pixels high; links in running text may be smaller."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(
                ".button, .leave, .input, .choice, .tongues summary, .brand, .foot nav a, .wrongs a")]
            .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.9)
            .map((e) => e.outerHTML.slice(0, 120))"""
    )
    return found


@pytest.fixture
def sized(browser: Browser, stack: Stack, watch: Watch) -> Iterator[Any]:
    """Make a page of a size and colour scheme."""
    contexts = []

    def make(size: ViewportSize, scheme: Scheme = "light") -> Page:
        context = browser.new_context(
            base_url=stack.url, viewport=size, color_scheme=scheme, reduced_motion="reduce"
        )
        context.set_default_timeout(30_000)
        watch.attach(context)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    watch.check()


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize(
    ("size", "scheme"), [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")]
)
def test_axe_finds_nothing_on_the_pages_that_tell(sized, language, size, scheme):
    page = sized(size, scheme)
    found = []
    for path in PAGES:
        page.goto(f"/{language}/{path}")
        found += faults(page)
        assert overflow(page) <= 0, page.url
        assert too_small(page) == []
    assert found == []


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESK, "dark"), (ZOOMED, "light")])
def test_axe_finds_nothing_on_any_step_of_the_way(sized, language, size, scheme):
    page = sized(size, scheme)
    found: list[str] = []

    def look() -> None:
        found.extend(faults(page))
        assert overflow(page) <= 0
        assert too_small(page) == []

    page.goto(f"/{language}/start/1")
    page.locator('main button[type="submit"]').click()
    expect(page.locator("[data-wrongs]")).to_be_focused()
    look()
    walk.answer_yes(page, language)
    page.locator("[data-next]").click()
    look()
    bad: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"no picture"}
    walk.choose(page, [*walk.pictures()[:1], bad])
    look()
    page.locator("[data-next]").click()
    page.locator('[data-step="pin"] button[type="submit"]').click()
    look()
    page.locator("[data-random]").click()
    pin = page.input_value("#pin")
    page.locator('[data-step="pin"] button[type="submit"]').click()
    look()
    number = walk.send(page)
    look()
    page.locator("[data-print]").evaluate("button => { window.print = () => {}; button.click(); }")
    look_at_the_way_back(page, language, number, pin, look)
    assert found == []


def look_at_the_way_back(
    page: Page, language: str, number: str, pin: str, look: Callable[[], None]
) -> None:
    page.goto(f"/{language}/status")
    page.locator('main button[type="submit"]').click()
    expect(page.locator("[data-wrongs]")).to_be_focused()
    look()
    walk.enter(page, number, pin, language)
    look()
    page.goto(f"/{language}/status/withdraw")
    look()
    page.locator('input[value="yes"]').check()
    page.locator('main button[type="submit"]').click()
    expect(page).to_have_url(re.compile("/status/withdrawn$"))
    look()
    page.goto(f"/{language}/status/case")
    look()


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_at_400_percent_nothing_scrolls_sideways(sized, language):
    page = sized(ZOOMED)
    for path in PAGES:
        page.goto(f"/{language}/{path}")
        assert overflow(page) <= 0, page.url


def press_until(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, as someone without a mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator(selector).evaluate_all("found => found.includes(document.activeElement)"):
            return
    pytest.fail(f"Tab never reaches {selector}")


def test_the_whole_way_with_the_keyboard_alone(page: Page):
    # Playwright begins to intercept choosers with the first listener, and does not wait until it
    # does: one that begins just before Enter comes too late now and then.
    page.on("filechooser", lambda chooser: None)
    page.goto("/en/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    press_until(page, "main .button--big")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/en/start$"))
    press_until(page, "main .button--big")
    page.keyboard.press("Enter")
    for number in range(1, 5):
        expect(page).to_have_url(re.compile(f"/en/start/{number}$"))
        press_until(page, 'input[value="yes"]')
        page.keyboard.press("Space")
        press_until(page, 'main button[type="submit"]')
        page.keyboard.press("Enter")
    expect(page.locator("#case")).to_be_visible()
    press_until(page, "#files")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(walk.pictures()[:2])
    expect(page.locator(".row--ready")).to_have_count(2, timeout=walk.HASHING_MS)
    press_until(page, "[data-remove]")
    page.keyboard.press("Enter")
    expect(page.locator(".row--ready")).to_have_count(1)
    expect(page.locator("[data-remove]")).to_be_focused()
    press_until(page, "[data-next]")
    page.keyboard.press("Enter")
    expect(page.locator('[data-step="pin"] h1')).to_be_focused()
    press_until(page, "#pin")
    page.keyboard.type(walk.PIN)
    press_until(page, "#pin-again")
    page.keyboard.type(walk.PIN)
    page.keyboard.press("Enter")
    expect(page.locator('[data-step="check"] h1')).to_be_focused()
    press_until(page, "#send")
    page.keyboard.press("Enter")
    expect(page.locator('[data-step="done"] h1')).to_be_focused()
    expect(page.locator("[data-number]")).to_have_text(walk.NUMBER)


def test_the_focus_is_never_hidden_under_the_header(sized):
    page = sized(PHONE)
    page.goto("/en/")
    for _ in range(25):
        page.keyboard.press("Tab")
        hidden = page.evaluate(
            """() => {
                const focused = document.activeElement;
                const top = document.querySelector(".top").getBoundingClientRect().bottom;
                return !focused.closest(".top, .skip") && focused.getBoundingClientRect().bottom <= top;
            }"""
        )
        assert not hidden


def test_what_a_screen_reader_meets_on_a_question(page: Page):
    page.goto("/en/start/1")
    page.locator('main button[type="submit"]').click()
    expect(page.locator("main")).to_match_aria_snapshot(
        """
        - main:
          - link "Back"
          - group "Something needs another look":
            - heading "Something needs another look" [level=2]
            - list:
              - listitem:
                - link "Choose “yes” or “no” to go on"
          - paragraph: Question 1 of 4
          - group "Are you the person in the image?":
            - heading "Are you the person in the image?" [level=1]
            - paragraph
            - paragraph
            - paragraph: Choose “yes” or “no” to go on
            - radio "Yes, it shows me"
            - text: Yes, it shows me
            - radio "No, it shows someone else"
            - text: No, it shows someone else
          - paragraph:
            - button "Continue"
        """
    )
    assert re.fullmatch(r"Question 1", page.title())
