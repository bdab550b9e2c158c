"""Whatever is away, the person is told in plain words, loses nothing, and goes on when it is back.

Parts of a product of its own are killed in the middle of the victim's journeys, and started again
as an orchestrator would; nothing else is done for their recovery. `EVERY_FAULT=1` (`make faults`)
kills each of the 31 combinations of the five parts.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from skimage import data

from ncii.tests.chaos.product import Product
from ncii.tests.fault_tools import FAULTS, running, without
from ncii.tests.small_disks import Cramped, cramped
from ncii.tests.stack import ROOT, Stack
from ncii.tests.victim import Victim
from ncii.tests.waiting import wait_until
from partners.tests.photos import jpeg, one_of_a_kind

__all__ = ["cramped", "running"]
pytestmark = [pytest.mark.e2e, pytest.mark.stateless]
PIN = "729461"
# Without these nothing can be saved, so nothing may be promised.
NEEDED = {"database", "web"}


@pytest.fixture
def victim(browser: Browser, running: Product) -> Iterator[Victim]:
    context = browser.new_context(base_url=running.url, locale="en-GB")
    context.set_default_timeout(30_000)
    yield Victim(context.new_page())
    context.close()


def bank(stack: Stack) -> dict[str, str]:
    """Return what partners see of each hash: its state by value."""
    ran = subprocess.run(
        [sys.executable, "-m", "ncii.tests.look_at_bank"],
        env=stack.env | {"DJANGO_SETTINGS_MODULE": "ncii.settings"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seen: dict[str, Any] = json.loads(ran.stdout)
    return {value: state for value, (state, _) in seen["bank"].items()}


def ready_to_send(victim: Victim) -> None:
    victim.answer_yes()
    photo = jpeg(one_of_a_kind(data.astronaut()))
    victim.choose([{"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo}])
    victim.go_to_check(PIN)


def refused_to_send(page: Page) -> None:
    """Send, and read that it did not work, with everything still there to be sent again."""
    page.locator("#send").click()
    summary = page.locator("[data-wrongs]")
    expect(summary).to_contain_text("“Send” again")
    assert summary.evaluate("summary => summary.contains(document.activeElement)")
    expect(page.locator("#send")).to_be_visible()
    expect(page.locator("[data-number]")).to_be_hidden()


def sent(page: Page) -> str:
    page.locator("#send").click()
    number = page.locator("[data-number]")
    expect(number).to_be_visible()
    return number.inner_text()


def fails_politely(page: Page) -> None:
    """Send the page's form, and read that it is not the person's fault, with a way on."""
    with page.expect_navigation() as went:
        page.locator('main button[type="submit"]').click()
    assert went.value and went.value.status == 503
    expect(page.get_by_role("heading", level=1)).to_have_text("Something went wrong on our side")
    expect(page.locator("main a").first).to_be_visible()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_case_is_opened_seen_and_withdrawn_through_it(
    running: Product, victim: Victim, fault: str
) -> None:
    parts, page = FAULTS[fault], victim.page
    needed = bool(NEEDED & set(parts))
    before = set(bank(running))

    ready_to_send(victim)
    with without(running, parts):
        if needed:
            refused_to_send(page)
        else:
            number = sent(page)
    if needed:
        assert set(bank(running)) == before, "something was half-written"
        number = sent(page)
    wait_until(lambda: len(set(bank(running)) - before) > 0, "publication")
    mine = set(bank(running)) - before

    victim.enter(number, PIN)
    page.goto("/en/status/withdraw")
    page.locator('input[value="yes"]').check()
    # Without web the browser itself says so.
    told = "database" in parts and "web" not in parts
    with without(running, parts):
        if told:
            fails_politely(page)
    if told:
        page.goto("/en/status/withdraw")
        page.locator('input[value="yes"]').check()
    page.locator('main button[type="submit"]').click()
    expect(page).to_have_url("/en/status/withdrawn")
    wait_until(lambda: {bank(running)[value] for value in mine} == {"Withdrawn"}, "withdrawal")


def test_a_full_disk_loses_nothing(cramped: Cramped, browser: Browser) -> None:
    stack = cramped.stack
    context = browser.new_context(base_url=stack.url, locale="en-GB")
    victim = Victim(context.new_page())
    page = victim.page
    ready_to_send(victim)
    with cramped.full():
        refused_to_send(page)
    number = sent(page)
    wait_until(lambda: set(bank(stack).values()) == {"Active"}, "publication")

    victim.enter(number, PIN)
    page.goto("/en/status/withdraw")
    page.locator('input[value="yes"]').check()
    with cramped.full():
        fails_politely(page)
    page.goto("/en/status/withdraw")
    page.locator('input[value="yes"]').check()
    page.locator('main button[type="submit"]').click()
    expect(page).to_have_url("/en/status/withdrawn")
    wait_until(lambda: set(bank(stack).values()) == {"Withdrawn"}, "withdrawal")
    context.close()
