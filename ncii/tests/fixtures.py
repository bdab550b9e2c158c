"""Fixtures for every app's tests: the running product, a browser that tells on pages, a mailbox."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from ncii.dev import tools
from ncii.tests.mailbox import Mailbox
from ncii.tests.stack import Stack
from ncii.tests.victim import Victim
from ncii.tests.watch import Watch

# Chromium as root in a container without a screen, asking nothing of anyone by itself.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def smtp_server() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    mailbox.start()
    yield mailbox
    mailbox.stop()


@pytest.fixture
def mailbox(smtp_server: Mailbox) -> Mailbox:
    """The SMTP server that `stack` sends its mail to, emptied for this test."""
    smtp_server.clear()
    return smtp_server


@pytest.fixture(scope="session")
def stack(smtp_server: Mailbox) -> Iterator[Stack]:
    """The running product. One for the whole session: a test looks at its own cases only."""
    with Stack({"EMAIL_URL": smtp_server.url}) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. By module: while Playwright runs, its event loop keeps asyncio.run() from starting,
    and Django would refuse the database in this thread."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=str(tools.find("chromium")), args=list(CHROMIUM_ARGUMENTS)
            )
            yield chromium
            chromium.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def watch(stack: Stack) -> Watch:
    """What `page` does: requests, script errors, policy violations. Checked when the test ends."""
    return Watch(stack.url)


@pytest.fixture
def context(browser: Browser, stack: Stack, watch: Watch) -> Iterator[BrowserContext]:
    """A fresh browser profile, in English, with addresses relative to the stack."""
    context = browser.new_context(base_url=stack.url, locale="en-GB", accept_downloads=True)
    context.set_default_timeout(30_000)
    watch.attach(context)
    yield context
    context.close()
    watch.check()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that fails the test on other hosts, script errors and policy violations."""
    return context.new_page()


@pytest.fixture
def victim(page: Page) -> Victim:
    """A person in front of the English pages."""
    return Victim(page)
