"""Fixtures for the browser hasher: a server without Django, and a page to hash on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from hashes.tests.hashing import HashingPage
from hashes.tests.serving import HashingServer


@pytest.fixture(scope="module")
def hashing_server() -> Iterator[HashingServer]:
    server = HashingServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def hashing_page(browser: Browser, hashing_server: HashingServer) -> Iterator[HashingPage]:
    """A fresh page with the hasher's static files and the pages' policy."""
    page = browser.new_page()
    page.goto(hashing_server.url)
    yield HashingPage(page)
    page.close()
