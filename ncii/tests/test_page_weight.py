"""A page is light, and is seen without any script: a slow phone on a slow line is enough."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ncii.tests import walk
from ncii.tests.pages import public_paths
from ncii.tests.slow_phone import open_cold
from ncii.tests.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.stateless]
LIMIT_KB = 60


def test_no_page_weighs_more_than_60_kb_before_hashing(page: Page, context: BrowserContext):
    weights = {}
    walk.answer_yes(page)
    for path in (*public_paths(), "case/new"):
        opened, opening = open_cold(context, f"/en/{path}")
        opened.close()
        weights[path] = opening.kilobytes
    assert {path: kb for path, kb in weights.items() if not 5 < kb <= LIMIT_KB} == {}


@pytest.mark.parametrize("path", ["", "how", "start/1", "letter", "questions"])
def test_a_page_is_painted_though_no_script_ever_comes(browser: Browser, stack: Stack, path: str):
    context = browser.new_context(base_url=stack.url)
    context.route("**/*.js", lambda route: route.abort())
    page, opening = open_cold(context, f"/en/{path}")
    expect(page.locator("h1").first).to_be_visible()
    assert opening.fcp > 0
    context.close()
