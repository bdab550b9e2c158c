"""`make access`: every public page and state in every language, size and scheme, seen by axe-core.

Writes docs/accessibility-report.md. Arguments: language codes, to look at those only. What was
found is kept in var/access and taken from there while nothing that a language shows has changed,
so a run that was broken off goes on, and the report tells of all languages that were looked at.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import to_locale
from playwright.sync_api import Page

from ncii.tests.access import VIEWS, seen
from ncii.tests.looking import each_language

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "docs" / "accessibility-report.md"
KEPT = ROOT / "var" / "access"
SHOWN = (
    "templates/**/*",
    "cases/**/*.py",
    "cases/directory/data/*",
    "*/static/**/*",
    "ncii/tests/*.py",
)


@dataclass
class Found:
    """What was found in a language. `counts`: faults by view, then by page or state."""

    version: str = ""
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def look(page: Page, language: str) -> dict[str, Any]:
    """Open every page and walk through every state; return a Found as a dict."""
    # Routes need the apps.
    from ncii.tests.pages import public_paths
    from ncii.tests.states import states

    found = Found()
    for path in public_paths():
        page.goto(f"/{language}/{path}")
        _count(page, f"`/{path}`", found)
    for state in states(page, language):
        _count(page, state, found)
    found.version = page.evaluate("axe.version")
    return asdict(found)


def _count(page: Page, name: str, found: Found) -> None:
    for view in VIEWS:
        here = seen(page, view)
        found.counts.setdefault(view.name, {})[name] = len(here)
        found.faults += [f"{view.name}, {name}: {each}" for each in here]


def digest(language: str) -> str:
    """Return a short digest of all that the pages in a language are made of."""
    total = hashlib.sha256()
    catalogue = f"ncii/locale/{to_locale(language)}/**/*.po"
    for pattern in (*SHOWN, catalogue):
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                total.update(path.read_bytes())
    return total.hexdigest()[:16]


def kept(language: str) -> Path:
    """Return where what was found in a language is kept."""
    return KEPT / f"{language}-{digest(language)}.json"


def report(found: dict[str, Found]) -> Iterator[str]:
    """Yield the lines of the report."""
    looks = sum(len(names) for each in found.values() for names in each.counts.values())
    total = sum(len(each.faults) for each in found.values())
    [version, *_] = {each.version for each in found.values()}
    yield "# Accessibility report"
    yield ""
    yield (
        f"Made by `make access` on {datetime.now(UTC):%d %B %Y}: axe-core {version} "
        "(WCAG 2.0 to 2.2, A and AA, and its best practices), no sideways scrolling, "
        "controls at least 44 px high. "
        f"{looks} looks at pages and at states that have no address, in {len(found)} languages and "
        f"{len(VIEWS)} ways; **{total} faults**. Each number is what was found there."
    )
    for view in VIEWS:
        yield f"\n## {view.name}\n"
        yield "| page or state | " + " | ".join(found) + " |"
        yield "| --- |" + " ---: |" * len(found)
        for name in next(iter(found.values())).counts[view.name]:
            cells = (str(each.counts[view.name][name]) for each in found.values())
            yield f"| {name} | " + " | ".join(cells) + " |"
    if total:
        yield "\n## What was found\n"
        yield from (
            f"- {language}: {fault}" for language, each in found.items() for fault in each.faults
        )


def main() -> int:
    """Look, write the report; return 1 where there is a fault."""
    everyone = [code for code, _name in settings.LANGUAGES]
    KEPT.mkdir(parents=True, exist_ok=True)
    # Before the first look: what changes meanwhile was not seen.
    places = {code: kept(code) for code in everyone}
    missing = [code for code in sys.argv[1:] or everyone if not places[code].exists()]
    for language, result in each_language(missing, look) if missing else ():
        for old in KEPT.glob(f"{language}-*.json"):
            old.unlink()
        places[language].write_text(json.dumps(result))
        print(f"{language}: {len(result['faults'])} faults", flush=True)
    found = {
        code: Found(**json.loads(place.read_text()))
        for code, place in places.items()
        if place.exists()
    }
    REPORT.write_text("\n".join(report(found)) + "\n")
    all_faults = [fault for each in found.values() for fault in each.faults]
    print(*all_faults, sep="\n")
    print(f"{len(all_faults)} faults in {len(found)} languages; see {REPORT.name}")
    return 1 if all_faults else 0


if __name__ == "__main__":
    sys.exit(main())
