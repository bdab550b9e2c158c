"""A page is light, and is seen without any script: a slow phone on a slow line is enough."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from ncii.tests.pages import public_paths
from ncii.tests.slow_phone import open_cold
from ncii.tests.stack import Stack
from ncii.tests.victim import Victim

pytestmark = [pytest.mark.e2e, pytest.mark.stateless]
LIMIT_KB = 60


def test_no_page_weighs_more_than_60_kb_before_hashing(
    browser: Browser, page: Page, victim: Victim
):
    victim.answer_yes()
    session = page.context.storage_state()
    origin = page.url.partition("/en/")[0]
    weights = {}
    # First, because "finished" is a page that ends the session.
    for path in ("case/new", *public_paths()):
        # A profile of its own: what one page has fetched must not lighten the next.
        context = browser.new_context(base_url=origin, storage_state=session)
        opened, opening = open_cold(context, f"/en/{path}")
        assert opened.url.endswith(f"/en/{path}")
        weights[path] = opening.kilobytes
        context.close()
    assert {path: kb for path, kb in weights.items() if not 5 < kb <= LIMIT_KB} == {}
    del weights["case/new"]
    for language, _ in settings.LANGUAGES:
        # What differs between languages is the page itself.
        heavier = {
            path: kb + document_kb(origin, language, path) - document_kb(origin, "en", path)
            for path, kb in weights.items()
        }
        assert {path: kb for path, kb in heavier.items() if kb > LIMIT_KB} == {}, language


def document_kb(origin: str, language: str, path: str) -> float:
    """Weigh a page's document as a browser gets it."""
    request = Request(f"{origin}/{language}/{path}", headers={"Accept-Encoding": "gzip, br"})
    try:
        with urlopen(request, timeout=30) as answer:
            return len(answer.read()) / 1000
    except HTTPError as refusal:
        return len(refusal.read()) / 1000


@pytest.mark.parametrize("path", ["", "how", "start/1", "letter", "questions"])
def test_a_page_is_painted_though_no_script_ever_comes(browser: Browser, stack: Stack, path: str):
    context = browser.new_context(base_url=stack.url)
    context.route("**/*.js", lambda route: route.abort())
    page, opening = open_cold(context, f"/en/{path}")
    expect(page.locator("h1").first).to_be_visible()
    assert opening.fcp > 0
    context.close()
