"""Compile every catalogue of ncii/locale (.po to .mo) without GNU gettext."""

from __future__ import annotations

from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parents[1] / "locale"


def main() -> None:
    """Write a .mo beside every .po; fuzzy and untranslated entries are left out, as msgfmt does."""
    for catalogue in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))


if __name__ == "__main__":
    main()
