"""Every page for everyone: axe-core, zoom, keyboard, dark, colours of one's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from ncii.tests.access import (
    DESK_DARK,
    DESK_LIGHT,
    FOUR_TIMES,
    PHONE,
    PHONE_DARK,
    PHONE_LIGHT,
    View,
    faults,
    overflow,
    seen,
    turn,
)
from ncii.tests.pages import public_paths
from ncii.tests.pictures import pictures
from ncii.tests.stack import Stack
from ncii.tests.states import states
from ncii.tests.victim import HASHING_MS, NUMBER, PIN, Victim
from ncii.tests.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.stateless]
FIRST_LANGUAGES = {
    "en": (PHONE_LIGHT, DESK_DARK),
    "fr": (PHONE_DARK, DESK_LIGHT),
    "ar": (PHONE_LIGHT, DESK_DARK),
}
OTHERS = [code for code, _ in settings.LANGUAGES if code not in FIRST_LANGUAGES]
MAIN_PAGES = ("", "how", "start/1", "online", "status")


@pytest.fixture
def still(browser: Browser, stack: Stack, watch: Watch) -> Iterator[Page]:
    """A page of someone who wants no movement."""
    context = browser.new_context(base_url=stack.url, viewport=PHONE, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    watch.attach(context)
    yield context.new_page()
    context.close()
    watch.check()


# A sample; `make access` looks at every page and state in every language and way.
@pytest.mark.parametrize("language", FIRST_LANGUAGES)
def test_every_page_is_easy_to_use_on_a_phone_and_on_a_desk(still: Page, language: str):
    found = []
    for path in public_paths():
        still.goto(f"/{language}/{path}")
        for view in FIRST_LANGUAGES[language]:
            found += seen(still, view)
        turn(still, FOUR_TIMES)
        assert overflow(still) <= 0, still.url
    assert found == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_main_pages_are_easy_to_use_in_every_other_language(still: Page, language: str):
    found = []
    for path in MAIN_PAGES:
        still.goto(f"/{language}/{path}")
        found += seen(still, PHONE_LIGHT)
        turn(still, FOUR_TIMES)
        assert overflow(still) <= 0, still.url
    assert found == []


@pytest.mark.parametrize(
    ("language", "view"), [("en", FOUR_TIMES), ("fr", PHONE_DARK), ("ar", DESK_LIGHT)]
)
def test_what_has_no_address_is_easy_to_use_too(still: Page, language: str, view: View):
    turn(still, view)
    found = {state: seen(still, view) for state in states(still, language)}
    assert {state: faults for state, faults in found.items() if faults} == {}
    assert {"trim offer open", "waiting for the internet", "timeout warning"} < set(found)


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
    chooser.value.set_files(pictures()[:2])
    expect(page.locator(".row--ready")).to_have_count(2, timeout=HASHING_MS)
    press_until(page, "[data-remove]")
    page.keyboard.press("Enter")
    expect(page.locator(".row--ready")).to_have_count(1)
    expect(page.locator("[data-remove]")).to_be_focused()
    press_until(page, "[data-next]")
    page.keyboard.press("Enter")
    expect(page.locator('[data-step="pin"] h1')).to_be_focused()
    press_until(page, "#pin")
    page.keyboard.type(PIN)
    press_until(page, "#pin-again")
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    expect(page.locator('[data-step="check"] h1')).to_be_focused()
    press_until(page, "#send")
    page.keyboard.press("Enter")
    expect(page.locator('[data-step="done"] h1')).to_be_focused()
    expect(page.locator("[data-number]")).to_have_text(NUMBER)


def test_the_focus_is_never_hidden_under_the_header(still: Page):
    page = still
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


def test_what_a_screen_reader_meets_on_the_first_page(page: Page):
    page.goto("/en/")
    expect(page.locator("body")).to_match_aria_snapshot(
        """
        - link "Skip to the main part"
        - banner:
          - link "Hash Bank"
          - group: "/Language: English/"
          - link "Quick exit (or press the Esc key three times)"
        - main:
          - heading "Stop your intimate images from spreading" [level=1]
          - paragraph
          - paragraph
          - paragraph:
            - link "Start now"
            - link "I have a case number"
          - list
          - region "How it works":
            - heading "How it works" [level=2]
            - list
            - paragraph
          - region "Under 18 in the picture?"
          - region "Already online?"
          - region "Do you want to talk to someone?"
        - contentinfo:
          - navigation "More pages"
        """
    )


def test_what_a_screen_reader_meets_on_the_pictured_steps(page: Page):
    page.goto("/en/how")
    steps = page.locator(".way > li")
    expect(steps).to_have_count(4)
    for step in steps.all():
        expect(step.get_by_role("heading", level=3)).to_be_visible()
        assert step.get_by_role("img").get_attribute("aria-label")


def test_what_a_screen_reader_meets_when_a_letter_is_written(page: Page):
    page.goto("/en/letter")
    page.fill("#name", "Someone")
    page.locator("[data-letter] button[type=submit]").click()
    expect(page.locator("[data-result]")).to_match_aria_snapshot(
        """
        - region "Your letter":
          - heading "Your letter" [level=2]
          - paragraph: /Some lines are still empty/
          - list:
            - listitem:
              - link "the name of the site"
            - listitem:
              - link "the address of each page or post"
            - listitem:
              - link "how the site can reach you"
          - paragraph: Request to remove intimate images published without consent
          - paragraph: /To/
          - paragraph:
            - button "Copy the letter"
            - button "Print"
            - button "Save as a file"
          - status
          - heading "Send it" [level=3]
          - heading "Look again after 48 hours" [level=3]
          - paragraph:
            - button "Save a reminder"
        """
    )


def test_what_a_screen_reader_meets_while_choosing_files(page: Page, victim: Victim):
    victim.answer_yes()
    victim.choose(pictures()[:1])
    expect(page.locator("#case")).to_match_aria_snapshot(
        """
        - heading "Choose your photos and videos" [level=1]
        - button "Choose photos and videos"
        - heading "Your list" [level=2]
        - list:
          - listitem:
            - text: /Photo 1 .* Fingerprint ready/
            - button "Remove Photo 1"
        - paragraph: 1 file is ready.
        - paragraph:
          - button "Continue"
        """
    )


def test_what_a_screen_reader_meets_before_sending_and_coming_back(page: Page, victim: Victim):
    victim.prepare(pictures()[:1])
    expect(page.locator("#case")).to_match_aria_snapshot(
        """
        - button "Back"
        - paragraph: Step 3 of 3
        - heading "Check, then send" [level=1]
        - term: We send the fingerprints of
        - definition:
          - list:
            - listitem: Photo 1
          - button "Change the files"
        - paragraph:
          - button "Send"
        """
    )
    victim.enter(victim.send())
    expect(page.locator("main")).to_match_aria_snapshot(
        """
        - main:
          - heading "Your case" [level=1]
          - heading "What has happened" [level=2]
          - heading /Photo 1/ [level=3]
          - group: What do these words mean?
          - button "Finish and hide my case"
          - link "Withdraw my case"
        """
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_with_colours_of_ones_own_nothing_is_lost(browser: Browser, stack: Stack, language: str):
    context = browser.new_context(
        base_url=stack.url, viewport=PHONE, forced_colors="active", reduced_motion="reduce"
    )
    page = context.new_page()
    for path in ("", "start/1", "status", "letter"):
        page.goto(f"/{language}/{path}")
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        assert faults(page, forced_colours=True) == []
        borders = page.evaluate(
            """() => [...document.querySelectorAll("main .button, .leave, main .input, main .choice")]
                .filter((e) => e.checkVisibility() && getComputedStyle(e).borderStyle === "none")
                .map((e) => e.outerHTML.slice(0, 100))"""
        )
        assert borders == []
    context.close()


def test_for_who_wants_no_movement_nothing_moves(still: Page):
    page = still
    for path in ("", "how", "questions", "start/1"):
        page.goto(f"/en/{path}")
        assert page.evaluate("document.getAnimations().length") == 0
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
