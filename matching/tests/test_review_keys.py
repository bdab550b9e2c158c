"""The review queue by keyboard in Chromium: under the strict policy, switched off, in fields."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ncii.tests.access import DESK, PHONE, overflow
from ncii.tests.stack import Stack
from ncii.tests.staff_browser import faults
from ncii.tests.watch import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.stateless]

# A disputed hash with a neighbour, and somebody who has given password and code.
ROWS = """
import secrets
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from hashes.models import Hash
from matching.models import Action, Reason
from matching.services import Match, dispute, report_match
from matching.tests.index_data import add, flipped
from ncii.staff.roles import REVIEWER
from ncii.tests.staff import sign_in
from partners.models import Partner

value = secrets.token_hex(32)
add(value, flipped(value, range(6)))
held = Hash.objects.get(value=value)
for number in range(2):
    partner = Partner.objects.create(name=f"Kiosk {number} {secrets.token_hex(4)}")
    report_match(partner, held, Match(7, timezone.now(), Action.REVIEW, "ref-1"))
    dispute(partner, held, Reason.HARMLESS, "Our own start page, on 4,000 uploads.")
user = User.objects.create_user("keys" + secrets.token_hex(4), is_staff=True)
user.groups.add(Group.objects.get(name=REVIEWER))
client = Client()
sign_in(client, user)
print("SESSION=" + client.cookies["session"].value)
"""


@pytest.fixture
def context(browser: Browser, stack: Stack, watch: Watch) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=stack.url, viewport=DESK)
    context.set_default_timeout(30_000)
    watch.attach(context)
    lines = stack.manage("shell", "-c", ROWS).splitlines()
    session = next(line for line in lines if line.startswith("SESSION=")).partition("=")[2]
    context.add_cookies([{"name": "session", "value": session, "url": stack.url}])
    yield context
    context.close()
    watch.check()


def look(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to see one."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def step(page: Page, value: str) -> Any:
    return page.locator(f'input[name="step"][value="{value}"]')


def test_an_item_is_taken_and_decided_without_a_mouse(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/staff/matching/reviewitem/")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("n")
    reason = page.get_by_role("textbox", name="Reason")
    expect(reason).to_be_visible()
    expect(page.get_by_text("Our own start page")).to_have_count(2)
    page.keyboard.press("Control+k")
    expect(step(page, "keep")).not_to_be_checked()
    page.keyboard.press("k")
    expect(step(page, "keep")).to_be_checked()
    expect(reason).to_be_focused()
    page.keyboard.type("a nice thing: p is for please")
    expect(step(page, "keep")).to_be_checked()
    others = page.get_by_label("Answer the other open items of this hash too")
    expect(others).not_to_be_checked()
    step(page, "keep").focus()
    page.keyboard.press("a")
    expect(others).to_be_checked()
    reason.focus()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Done. 2 items of this hash.")).to_be_visible()


def test_keys_can_be_switched_off_and_stay_off(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/staff/matching/reviewitem/")
    page.get_by_label("Keys work on this device").uncheck()
    page.reload()
    expect(page.get_by_label("Keys work on this device")).not_to_be_checked()
    page.keyboard.press("n")
    page.get_by_role("button", name="Take the next item").click()
    page.keyboard.press("s")
    expect(step(page, "suspend")).not_to_be_checked()


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_queue_and_an_item_are_for_everyone(
    context: BrowserContext, size: Any, scheme: Any
) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(size)
    page.goto("/staff/matching/reviewitem/")
    found = faults(page)
    look(page, f"queue-{size['width']}-{scheme}")
    assert overflow(page) <= 0
    page.get_by_role("button", name="Take the next item").click()
    expect(page.get_by_role("textbox", name="Reason")).to_be_visible()
    found += faults(page)
    look(page, f"item-{size['width']}-{scheme}")
    assert overflow(page) <= 0
    assert found == []


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")])
def test_the_first_page_says_what_waits_for_somebody(
    context: BrowserContext, size: Any, scheme: Any
) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(size)
    page.goto("/staff/")
    held_back = page.get_by_role("link", name="Held back by a rule until somebody decides")
    expect(held_back).to_be_visible()
    found = faults(page)
    look(page, f"first-{size['width']}-{scheme}")
    assert overflow(page) <= 0
    assert found == []
    held_back.click()
    expect(page.get_by_role("button", name="Take the next item")).to_be_visible()
