"""`make access`: every public page in every language, size and scheme, looked at by axe-core.

Writes docs/accessibility-report.md. Arguments: language codes, to look at those only.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from ncii.dev import tools
from ncii.tests.access import DESK, PHONE, ZOOMED, faults, overflow, too_small
from ncii.tests.fixtures import CHROMIUM_ARGUMENTS
from ncii.tests.stack import Stack

REPORT = Path(__file__).resolve().parents[2] / "docs" / "accessibility-report.md"


@dataclass(frozen=True)
class View:
    """A way to look at a page."""

    name: str
    size: ViewportSize
    scheme: str = "light"
    forced: bool = False


@dataclass
class Results:
    """`axe`: number of faults by view, page and language; `faults`: each in a line."""

    languages: list[str]
    axe: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    faults: list[str] = field(default_factory=list)
    version: str = ""


def views() -> list[View]:
    """Return the ways that the report looks."""
    return [
        View("390 px, light", PHONE),
        View("390 px, dark", PHONE, "dark"),
        View("1280 px, light", DESK),
        View("1280 px, dark", DESK, "dark"),
        View("390 px, forced colours", PHONE, forced=True),
        View("320 px (400 % zoom)", ZOOMED),
    ]


def look(browser: Browser, url: str, languages: list[str], paths: list[str]) -> Results:
    """Open every page in every way, and count."""
    results = Results(languages)
    for view in views():
        colours: Any = {"forced_colors": "active"} if view.forced else {}
        scheme: Any = view.scheme
        context = browser.new_context(
            base_url=url,
            viewport=view.size,
            color_scheme=scheme,
            reduced_motion="reduce",
            **colours,
        )
        page = context.new_page()
        for language in languages:
            for path in paths:
                page.goto(f"/{language}/{path}")
                found = faults(page, forced_colours=view.forced)
                found += [f"{page.url}: wider than the window"] if overflow(page) > 0 else []
                found += [f"{page.url}: under 44 px: {each}" for each in too_small(page)]
                results.axe[view.name, path, language] = len(found)
                results.faults += [f"{view.name}: {each.replace(url, '')}" for each in found]
            print(f"{view.name}: {language}", flush=True)
        results.version = page.evaluate("axe.version")
        context.close()
    return results


def report(results: Results, paths: list[str]) -> Iterator[str]:
    """Yield the lines of the report."""
    total = sum(results.axe.values())
    yield "# Accessibility report"
    yield ""
    yield (
        f"Made by `make access` on {datetime.now(UTC):%d %B %Y}: axe-core {results.version} "
        "(WCAG 2.0 to 2.2, A and AA, and its best practices), no sideways scrolling, "
        "controls at least 44 px high. "
        f"{len(results.axe)} looks at {len(paths)} pages in {len(results.languages)} languages and "
        f"{len(views())} ways; **{total} faults**. Each number is what was found there."
    )
    for view in views():
        yield f"\n## {view.name}\n"
        yield "| page | " + " | ".join(results.languages) + " |"
        yield "| --- |" + " ---: |" * len(results.languages)
        for path in paths:
            cells = (str(results.axe[view.name, path, language]) for language in results.languages)
            yield f"| `/{path}` | " + " | ".join(cells) + " |"
    if results.faults:
        yield "\n## What was found\n"
        yield from (f"- {fault}" for fault in results.faults)


def main() -> int:
    """Look, write the report; return 1 where there is a fault."""
    django.setup()
    # Routes need the apps.
    from ncii.tests.pages import public_paths

    languages = sys.argv[1:] or [code for code, _name in settings.LANGUAGES]
    with Stack() as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(tools.find("chromium")), args=list(CHROMIUM_ARGUMENTS)
        )
        paths = public_paths()
        results = look(browser, stack.url, languages, paths)
        browser.close()
    REPORT.write_text("\n".join(report(results, paths)) + "\n")
    print(*results.faults, sep="\n")
    print(f"{sum(results.axe.values())} faults; see {REPORT.name}")
    return 1 if results.faults else 0


if __name__ == "__main__":
    sys.exit(main())
