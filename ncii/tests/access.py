"""What makes a page hard to use, measured in a browser: axe-core, sideways scroll, small targets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# 320 CSS pixels are what is left of 1280 at 400 % zoom (WCAG 2.2, success criterion 1.4.10).
ZOOMED: ViewportSize = {"width": 320, "height": 256}
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}


@dataclass(frozen=True)
class View:
    """A way to look at a page. `scheme` and `forced` are values of the media features."""

    name: str
    size: ViewportSize
    scheme: Any = "light"
    forced: Any = "none"


PHONE_LIGHT = View("390 px, light", PHONE)
PHONE_DARK = View("390 px, dark", PHONE, "dark")
DESK_LIGHT = View("1280 px, light", DESK)
DESK_DARK = View("1280 px, dark", DESK, "dark")
OWN_COLOURS = View("390 px, forced colours", PHONE, forced="active")
FOUR_TIMES = View("320 px (400 % zoom)", ZOOMED)
VIEWS = [PHONE_LIGHT, PHONE_DARK, DESK_LIGHT, DESK_DARK, OWN_COLOURS, FOUR_TIMES]


def turn(page: Page, view: View) -> None:
    """Show the page as it is now in that way, from its top."""
    page.set_viewport_size(view.size)
    page.emulate_media(color_scheme=view.scheme, forced_colors=view.forced)
    page.evaluate("scrollTo(0, 0)")


def seen(page: Page, view: View) -> list[str]:
    """Return all that makes the page hard to use in that way, one line each."""
    turn(page, view)
    found = faults(page, forced_colours=view.forced == "active")
    found += [f"{page.url}: wider than the window"] if overflow(page) > 0 else []
    return found + [f"{page.url}: under 44 px: {each}" for each in too_small(page)]


def faults(page: Page, *, forced_colours: bool = False) -> list[str]:
    """Return what axe-core finds on the page as it is now, one line each.

    With forced colours the contrast is the person's own choice, and axe reads the page's colours.
    """
    page.wait_for_load_state("load")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    options = {
        "resultTypes": ["violations"],
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
