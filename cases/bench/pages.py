"""When is something seen on a slow phone (processor at a quarter, 3G), and how stable is it?"""

import statistics

from playwright.sync_api import Browser, sync_playwright

from ncii.dev import tools
from ncii.tests.fixtures import CHROMIUM_ARGUMENTS
from ncii.tests.slow_phone import Opening, open_cold
from ncii.tests.stack import Stack
from ncii.tests.victim import Victim

PATHS = ("", "how", "questions", "online", "support", "letter", "start", "start/1", "status")
CASE_PAGE = "case/new"
LANGUAGES = ("en", "fr", "ar")
# The first page and the one that a person types into.
IN_ALL = ("", "start/1")
TRIES = 3


def openings(browser: Browser, origin: str, language: str, path: str) -> list[Opening]:
    """Open a page TRIES times, each in a fresh profile."""
    found = []
    for _ in range(TRIES):
        context = browser.new_context(base_url=origin, viewport={"width": 390, "height": 844})
        if path == CASE_PAGE:
            Victim(context.new_page(), language).answer_yes()
        page, opening = open_cold(context, f"/{language}/{path}", slow=True)
        found.append(opening)
        page.close()
        context.close()
    return found


def main() -> None:
    """Print medians of FCP, LCP (ms), CLS and weight (kB) by page and language."""
    print("| page | first paint (FCP) | largest paint (LCP) | shift (CLS) | weight |")
    print("| --- | ---: | ---: | ---: | ---: |")
    with Stack() as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(tools.find("chromium")), args=list(CHROMIUM_ARGUMENTS)
        )
        for path in (*PATHS, CASE_PAGE):
            for language in LANGUAGES if path in IN_ALL else LANGUAGES[:1]:
                found = openings(browser, stack.url, language, path)
                fcp, lcp, cls, kilobytes = (
                    statistics.median(getattr(each, name) for each in found)
                    for name in ("fcp", "lcp", "cls", "kilobytes")
                )
                print(
                    f"| `/{language}/{path}` | {fcp:.0f} ms | {lcp:.0f} ms | {cls:.3f} "
                    f"| {kilobytes:.1f} kB |",
                    flush=True,
                )
        browser.close()
