"""The translation catalogues: made from the sources by makemessages, in one agreed form."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "ncii" / "locale"
LANGUAGES = (
    "ar",
    "bn",
    "de",
    "es",
    "fr",
    "hi",
    "hu",
    "id",
    "it",
    "nl",
    "pl",
    "pt_BR",
    "sv",
    "tr",
    "ur",
)
DOMAINS = {"django": ["-e", "html,txt,py"], "djangojs": ["-e", "js"]}
IGNORED = ("node_modules", ".venv", "staticfiles", "var", "*/static/*/vendor", "*/tests", "docs")

# What a search and replace that went wrong leaves behind; no sentence holds any but a line's end.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def extract() -> None:
    """Bring every catalogue up to date with the sources; stale entries go, new ones come empty."""
    ignore = [part for pattern in IGNORED for part in ("--ignore", pattern)]
    languages = [part for language in LANGUAGES for part in ("--locale", language)]
    form = ["--no-location", "--no-obsolete", "--no-wrap"]
    for domain, extensions in DOMAINS.items():
        command = [sys.executable, "manage.py", "makemessages", "--domain", domain, *languages]
        subprocess.run([*command, *extensions, *form, *ignore], cwd=ROOT, check=True)
    for path in catalogues():
        _normalise(path)


def catalogues() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def _normalise(path: Path) -> None:
    """Give it a plain header, leave out the date of the run, and sort, so that branches merge."""
    catalogue = polib.pofile(str(path), wrapwidth=0)
    language = path.parent.parent.name
    catalogue.header = (
        f"NCII Hash Bank: {language}, {path.stem}. `make messages` keeps it complete."
    )
    catalogue.metadata_is_fuzzy = False
    catalogue.metadata = {
        "Project-Id-Version": "NCII Hash Bank",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": catalogue.metadata.get("Plural-Forms", "nplurals=2; plural=(n > 1);"),
    }
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    catalogue.save()


def problems(path: Path) -> list[str]:
    """What can't be shown: untranslated, fuzzy, stale and damaged entries, one line each."""
    catalogue = polib.pofile(str(path))
    name = f"{path.parent.parent.name}/{path.name}"
    return [
        *(f"{name}: not translated: {entry.msgid!r}" for entry in catalogue.untranslated_entries()),
        *(f"{name}: fuzzy: {entry.msgid!r}" for entry in catalogue.fuzzy_entries()),
        *(f"{name}: stale: {entry.msgid!r}" for entry in catalogue.obsolete_entries()),
        *(
            f"{name}: control character: {e.msgid!r}"
            for e in catalogue
            if _CONTROL.search(_said(e))
        ),
    ]


def _said(entry: polib.POEntry) -> str:
    return "".join((entry.msgstr, *entry.msgstr_plural.values()))


def main() -> None:
    extract()
    for path in catalogues():
        print(*problems(path), sep="\n")


if __name__ == "__main__":
    main()
