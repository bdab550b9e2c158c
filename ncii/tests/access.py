"""What makes a page hard to use, measured in a browser: axe-core, sideways scroll, small targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page, ViewportSize

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
Scheme = Literal["light", "dark"]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# 320 CSS pixels are what is left of 1280 at 400 % zoom (WCAG 2.2, success criterion 1.4.10).
ZOOMED: ViewportSize = {"width": 320, "height": 256}
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}


def faults(page: Page, *, forced_colours: bool = False) -> list[str]:
    """Return what axe-core finds on the page as it is now, one line each.

    With forced colours the contrast is the person's own choice, and axe reads the page's colours.
    """
    page.wait_for_load_state("load")
    page.evaluate(AXE.read_text())
    options = {
        "runOnly": {"type": "tag", "values": STANDARDS},
        "rules": {"color-contrast": {"enabled": not forced_colours}},
    }
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{page.url}: {violation['id']}: {node['html'][:160]} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> int:
    """Return how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def too_small(page: Page) -> list[str]:
    """Return buttons, fields and choices under 44 pixels high; links in running text may be less."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(
                ".button, .leave, .input, .choice, summary, .brand, .foot nav a, .wrongs a")]
            .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 43.9)
            .map((e) => e.outerHTML.slice(0, 120))"""
    )
    return found
