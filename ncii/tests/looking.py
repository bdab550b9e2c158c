"""Every language looked at in a browser of its own, several at once, on one running product."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

import django
from playwright.sync_api import sync_playwright

from ncii.dev import tools
from ncii.tests.access import PHONE
from ncii.tests.fixtures import CHROMIUM_ARGUMENTS
from ncii.tests.stack import Stack

PATIENCE_MS = 120_000
Look = Callable[..., Any]


def each_language(
    languages: Sequence[str], look: Look, *arguments: object
) -> Iterator[tuple[str, Any]]:
    """Yield (language, look(page, language, *arguments)) as each is done.

    `look` is a function of a module: it is called in another process.
    """
    spawn = multiprocessing.get_context("spawn")
    with (
        Stack({"LOG_LEVEL": "WARNING"}) as stack,
        ProcessPoolExecutor(os.cpu_count(), mp_context=spawn, initializer=django.setup) as pool,
    ):
        jobs = {
            pool.submit(_look, stack.url, look, language, arguments): language
            for language in languages
        }
        for job in as_completed(jobs):
            yield jobs[job], job.result()


def _look(url: str, look: Look, language: str, arguments: tuple[object, ...]) -> object:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(tools.find("chromium")), args=list(CHROMIUM_ARGUMENTS)
        )
        context = browser.new_context(base_url=url, viewport=PHONE, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        found: object = look(context.new_page(), language, *arguments)
        browser.close()
        return found
