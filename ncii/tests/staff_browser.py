"""Staff in a real browser: they enrol, come in, and every page is looked at by axe-core."""

import re
from base64 import b32decode
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from django_otp.oath import totp
from playwright.sync_api import Browser, Page, ViewportSize, expect

from ncii.tests.access import AXE, DESK, PHONE, STANDARDS, overflow
from ncii.tests.stack import Stack
from ncii.tests.watch import Watch

RECOVERY_CODES = 10
Login = dict[str, str]
OpenPage = Callable[[ViewportSize, Literal["light", "dark"]], Page]
# Everything at both sizes; in the other scheme only what depends on colours.
LOOKS: tuple[tuple[ViewportSize, Literal["light", "dark"], bool], ...] = (
    (DESK, "light", True),
    (DESK, "dark", False),
    (PHONE, "dark", True),
    (PHONE, "light", False),
)

# Links fade from one scheme's colour to the other's.
SETTLED = """() => new Promise(requestAnimationFrame)
    .then(() => Promise.all(document.getAnimations().map((each) => each.finished)))"""


def login_of(stack: Stack, name: str) -> Login:
    """Make a member of staff who may do everything; return their password and enrolment code."""
    lines = stack.manage("make_staff", "--username", name, "--random").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


@pytest.fixture
def open_page(browser: Browser, stack: Stack, watch: Watch) -> Iterator[OpenPage]:
    """Open a window of one's own, of a size and in a colour scheme."""
    contexts = []

    def make(size: ViewportSize, scheme: Literal["light", "dark"]) -> Page:
        context = browser.new_context(base_url=stack.url, viewport=size, color_scheme=scheme)
        context.set_default_timeout(30_000)
        watch.attach(context)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    watch.check()


def faults(page: Page, *, only_colours: bool = False) -> list[str]:
    """Return what axe-core finds, one line each.

    Without its preloading: where a style sheet imports another, as Django's do, axe copies it into a
    <style>, which our policy refuses, and the watch would take that for a fault of the page.
    """
    page.wait_for_load_state()
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text())
    wanted = (
        {"type": "rule", "values": ["color-contrast"]}
        if only_colours
        else {"type": "tag", "values": STANDARDS}
    )
    options = {"runOnly": wanted, "preload": False, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{page.url}: {violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def faults_of_every_look(page: Page) -> list[str]:
    """Return what is wrong with the page on a desk and on a phone, light and dark."""
    found = []
    for size, scheme, everything in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        found += [
            f"{size['width']} {scheme} {each}" for each in faults(page, only_colours=not everything)
        ]
        if overflow(page) > 0:
            found.append(f"{size['width']} {page.url}: wider than its window")
    return found


def give_password(page: Page, login: Login) -> None:
    """Give name and password."""
    page.goto("/staff/")
    page.get_by_label("Username").fill(login["username"])
    page.get_by_label("Password").fill(login["password"])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Password")).to_have_count(0)


def give_code(page: Page, code: str) -> None:
    """Answer the page that asks for a code."""
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name="Go on").click()


def enrol(page: Page, login: Login) -> list[str]:
    """Give the enrolment code, then set the authenticator up; return the recovery codes."""
    give_code(page, login["enrolment"])
    expect(page.get_by_role("heading", name="Set up your authenticator")).to_be_visible()
    assert not faults_of_every_look(page)
    key = page.locator("code").inner_text().replace(" ", "")
    give_code(page, f"{totp(b32decode(key)):06d}")
    shown = page.locator(".codes code")
    expect(shown).to_have_count(RECOVERY_CODES)
    return shown.all_inner_texts()


def come_in(page: Page, login: Login, code: str = "") -> list[str]:
    """Log in with a recovery code, or enrol where there is none; return the new recovery codes.

    Every door on the way is looked at.
    """
    page.goto("/staff/")
    assert not faults_of_every_look(page)
    give_password(page, login)
    expect(page.get_by_role("textbox", name="Code")).to_be_visible()
    assert not faults_of_every_look(page)
    codes = []
    if code:
        give_code(page, code)
    else:
        codes = enrol(page, login)
        assert not faults_of_every_look(page)
        page.get_by_role("link", name="I have kept them").click()
    expect(page).to_have_url(re.compile("/staff/$"))
    return codes
