"""The bones of every public page: what a screen reader jumps by."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from ncii.tests.pages import public_paths

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", public_paths())
def test_one_first_heading_no_level_left_out_and_landmarks_in_order(client, path):
    page = client.get(f"/en/{path}").content.decode()
    levels = [int(level) for level in re.findall(r"<h([1-6])[\s>]", page)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    order = [page.index(part) for part in ('class="skip', "<header", "<main", "<footer")]
    assert order == sorted(order)
    assert '<html lang="en" dir="ltr">' in page


@pytest.mark.parametrize("path", ["case/new", *public_paths()])
def test_the_browser_is_told_to_keep_nothing_that_is_typed(client, path):
    for number in range(1, 5) if path == "case/new" else ():
        client.post(f"/en/start/{number}", {"answer": "yes"})
    page = client.get(f"/en/{path}").content.decode()
    assert ('id="case"' in page) == (path == "case/new")
    for form in re.findall(r"<form[^>]*>", page):
        assert 'autocomplete="off"' in form
    for field in re.findall(r"<(?:input|select|textarea)[^>]*>", page):
        kept_by_form = re.search(r'type="(hidden|radio|file)"', field)
        assert kept_by_form or 'autocomplete="off"' in field


@pytest.mark.parametrize("language", ["en", "de", "ur"])
def test_every_language_is_named_in_its_own_script(client, language):
    page = client.get(f"/{language}/").content.decode()
    for code, name in settings.LANGUAGES:
        assert re.search(
            rf'href="/{code}/" lang="{code}" hreflang="{code}"[^>]*>{re.escape(name)}<', page
        )
