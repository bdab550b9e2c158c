"""Getting away at once, with and without scripts, and what is left behind: nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from ncii.tests.pictures import pictures
from ncii.tests.stack import Stack
from ncii.tests.victim import Victim
from ncii.tests.watch import Watch

pytestmark = pytest.mark.e2e
ELSEWHERE = "https://www.wikipedia.org"


@pytest.fixture
def elsewhere(watch: Watch) -> str:
    watch.allow(ELSEWHERE)
    return f"{ELSEWHERE}/"


def session_cookies(context: BrowserContext) -> list[str]:
    return [c["name"] for c in context.cookies() if "session" in c["name"]]


def test_the_button_leaves_at_once_and_ends_the_session(
    page: Page, context, elsewhere, victim: Victim
):
    victim.answer_yes()
    assert session_cookies(context)
    page.locator(".top .leave").click()
    expect(page).to_have_url(elsewhere)
    # The page does not wait for our server: the request that ends the session outlives it.
    for _ in range(100):
        if not session_cookies(context):
            break
        page.wait_for_timeout(100)
    assert not session_cookies(context)


def test_escape_three_times_leaves_even_with_unsent_work_and_asks_nothing(
    page: Page, elsewhere, victim: Victim
):
    victim.answer_yes()
    victim.choose(pictures()[:1])
    page.on("dialog", lambda dialog: pytest.fail(f"asked: {dialog.type}"))
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#case")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(elsewhere)


def test_nothing_is_seen_while_the_other_site_is_still_on_its_way(page: Page, elsewhere: str):
    page.goto("/en/")
    page.goto("/en/support")
    entries = page.evaluate("history.length")
    at_once = page.evaluate(
        """() => {
            document.querySelector(".leave").click();
            return [getComputedStyle(document.documentElement).display, document.title];
        }"""
    )
    assert at_once == ["none", ""]
    expect(page).to_have_url(elsewhere)
    assert page.evaluate("history.length") == entries


def test_a_page_that_the_browser_had_kept_is_loaded_anew(page: Page):
    page.goto("/en/how")
    page.wait_for_load_state("load")
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator("h1")).to_be_visible()


def test_other_keys_between_are_no_wish_to_leave(page: Page):
    page.goto("/en/")
    for key in ("Escape", "Escape", "Tab", "Escape", "Escape"):
        page.keyboard.press(key)
    page.goto("/en/how")
    expect(page).to_have_url(re.compile("/en/how$"))


def test_back_shows_nothing_and_coming_on_purpose_works(page: Page, elsewhere):
    page.goto("/en/")
    page.goto("/en/support")
    page.locator(".top .leave").click()
    expect(page).to_have_url(elsewhere)
    page.go_back()
    expect(page).to_have_url(elsewhere)
    page.goto("/en/")
    expect(page.locator("h1")).to_be_visible()


def test_without_scripts_it_is_a_link_that_ends_the_session(
    browser: Browser, stack: Stack, watch: Watch, elsewhere
):
    context = browser.new_context(base_url=stack.url, java_script_enabled=False)
    watch.attach(context)
    page = context.new_page()
    page.goto("/en/start/1")
    page.locator('input[value="yes"]').check()
    page.locator('main button[type="submit"]').click()
    page.locator(".top .leave").click()
    expect(page).to_have_url(elsewhere)
    assert not session_cookies(context)
    context.close()


def test_without_scripts_the_case_page_explains_and_uploads_nothing(
    browser: Browser, stack: Stack, page: Page, watch: Watch, victim: Victim
):
    number = victim.open_case(pictures()[:1])

    context = browser.new_context(base_url=stack.url, java_script_enabled=False)
    watch.attach(context)
    plain = context.new_page()
    plain.goto("/en/start/1")
    for _ in range(4):
        plain.locator('input[value="yes"]').check()
        plain.locator('main button[type="submit"]').click()
    expect(plain.get_by_role("heading", name="This page needs JavaScript")).to_be_visible()
    expect(plain.locator("#case")).to_be_hidden()

    Victim(plain).enter(number)
    plain.get_by_role("link", name="Withdraw my case").click()
    plain.locator('input[value="yes"]').check()
    plain.locator('main button[type="submit"]').click()
    expect(plain.get_by_role("heading", name="Your case is withdrawn")).to_be_visible()
    context.close()


def test_the_language_switch_keeps_the_page(page: Page):
    page.goto("/en/start/2/more")
    page.locator(".tongues summary").click()
    page.locator('.tongues a[hreflang="fr"]').click()
    expect(page).to_have_url(re.compile(r"/fr/start/2/more$"))
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def a_case_on_the_screen(victim: Victim) -> None:
    number = victim.open_case(pictures()[:1])
    victim.page.clock.install()
    victim.enter(number)
    victim.page.wait_for_load_state("load")


def test_a_case_left_alone_asks_and_then_closes(page: Page, victim: Victim):
    a_case_on_the_screen(victim)
    asked = page.locator("dialog[data-timeout]")
    page.clock.fast_forward("12:00")
    expect(asked).to_be_hidden()
    page.clock.fast_forward("01:05")
    expect(asked).to_be_visible()
    page.clock.fast_forward("02:05")
    expect(page).to_have_url(re.compile("/en/status/finished$"))
    page.go_back()
    expect(page).not_to_have_url(re.compile("/en/status/case$"))


def test_a_case_stays_open_for_who_says_so(page: Page, victim: Victim):
    a_case_on_the_screen(victim)
    asked = page.locator("dialog[data-timeout]")
    page.clock.fast_forward("13:05")
    with page.expect_response("**/status/case") as extended:
        asked.get_by_role("button").click()
    assert extended.value.status == 200
    expect(asked).to_be_hidden()
    page.clock.fast_forward("10:00")
    expect(page.get_by_role("heading", name="Your case", level=1)).to_be_visible()


@pytest.mark.parametrize("by", ["button", "keys"])
def test_the_way_out_is_in_reach_while_the_page_asks(
    page: Page, victim: Victim, elsewhere: str, by: str
):
    a_case_on_the_screen(victim)
    page.clock.fast_forward("13:05")
    asked = page.locator("dialog[data-timeout]")
    expect(asked).to_be_visible()
    if by == "button":
        asked.locator(".leave").click()
    else:
        for _ in range(3):
            page.keyboard.press("Escape")
    expect(page).to_have_url(elsewhere)


def test_nothing_calls_back_who_has_left(page: Page, victim: Victim, elsewhere: str):
    a_case_on_the_screen(victim)
    page.clock.fast_forward("13:05")
    expect(page.locator("dialog[data-timeout]")).to_be_visible()
    staying: list[Route] = []
    page.route("**/status/case", lambda route: staying.append(route))

    def slowly(route: Route) -> None:
        while not staying:
            page.wait_for_timeout(50)
        with page.expect_response("**/status/case"):
            staying[0].fulfill(status=403)
        route.fallback()

    page.route(f"{elsewhere}**", slowly)
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(page).to_have_url(elsewhere)


def test_a_case_left_alone_closes_on_a_slow_line_too(page: Page, victim: Victim):
    a_case_on_the_screen(victim)
    asked_for: list[str] = []

    def slowly(route: Route) -> None:
        asked_for.append(route.request.url)
        page.wait_for_timeout(2500)
        route.fallback()

    page.route("**/status/finished", slowly)
    page.clock.fast_forward("13:05")
    page.clock.fast_forward("02:05")
    expect(page).to_have_url(re.compile("/en/status/finished$"))
    assert len(asked_for) == 1


def test_a_slow_line_does_not_ask_twice(page: Page, victim: Victim):
    a_case_on_the_screen(victim)
    asked = page.locator("dialog[data-timeout]")
    held: list[Route] = []
    page.clock.fast_forward("13:05")
    page.route("**/status/case", lambda route: held.append(route))
    asked.get_by_role("button").click()
    page.clock.run_for("00:05")
    expect(asked).to_be_hidden()
    with page.expect_response("**/status/case"):
        held[0].continue_()
    page.clock.run_for("10:00")
    expect(asked).to_be_hidden()


def test_answers_left_alone_are_forgotten_after_a_warning(page: Page):
    page.clock.install()
    page.goto("/en/start/1")
    page.locator('input[value="yes"]').check()
    page.locator('main button[type="submit"]').click()
    expect(page).to_have_url(re.compile("/en/start/2$"))
    page.wait_for_load_state("load")
    asked = page.locator("dialog[data-timeout]")
    page.clock.fast_forward("13:05")
    with page.expect_response("**/start/2") as extended:
        asked.get_by_role("button").click()
    assert extended.value.status == 200
    page.clock.fast_forward("13:05")
    expect(asked).to_be_visible()
    page.clock.fast_forward("02:05")
    expect(page).to_have_url(re.compile("/en/start$"))


@pytest.mark.parametrize("path", ["letter", "questions"])
def test_pages_with_scripts_of_their_own_have_the_same_way_out(page: Page, elsewhere, path: str):
    page.goto("/en/")
    page.goto(f"/en/{path}")
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(page).to_have_url(elsewhere)
    page.go_back()
    expect(page).to_have_url(elsewhere)
