"""`make pictures`: every public page and state as a person sees it, to be looked at.

Writes var/pictures/LANGUAGE-WIDTH-SCHEME/NAME.png. Arguments: language codes (en, fr and ar if none).
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page

from ncii.tests.access import DESK_DARK, DESK_LIGHT, PHONE_DARK, PHONE_LIGHT, turn
from ncii.tests.looking import each_language

FOLDER = Path(__file__).resolve().parents[2] / "var" / "pictures"


def picture_all(page: Page, language: str, folder: Path) -> None:
    """Photograph each page and each state at both sizes and schemes."""
    from ncii.tests.pages import public_paths
    from ncii.tests.states import states

    for path in public_paths():
        page.goto(f"/{language}/{path}")
        _picture(page, path or "home", language, folder)
    for name in states(page, language):
        _picture(page, f"state {name}", language, folder)


def _picture(page: Page, name: str, language: str, folder: Path) -> None:
    for view in (PHONE_LIGHT, PHONE_DARK, DESK_LIGHT, DESK_DARK):
        turn(page, view)
        file = f"{re.sub('[^a-z0-9]+', '-', name.lower())}.png"
        within = f"{language}-{view.size['width']}-{view.scheme}"
        page.screenshot(path=folder / within / file, full_page=True)


def main() -> None:
    """Photograph, and say where."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for language, _ in each_language(sys.argv[1:] or ["en", "fr", "ar"], picture_all, FOLDER):
        print(language, flush=True)
    print(FOLDER)


if __name__ == "__main__":
    main()
