"""The first entries of the directories (data/*.json). Nobody has followed their links yet, and the
admin says so: `checked_on` is empty until a person has."""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


def seed(apps: Any) -> None:
    """Add the entries that are not there; called by a migration with its historical models."""
    _add(apps, "Platform", "PlatformWords", "platform", "platforms.json")
    _add(apps, "SupportService", "SupportWords", "service", "services.json")


def _add(apps: Any, model: str, words_model: str, link: str, file: str) -> None:
    entries, words = apps.get_model("cases", model), apps.get_model("cases", words_model)
    for item in json.loads((DATA / file).read_text()):
        texts = item.pop("words")
        entry, created = entries.objects.get_or_create(name=item["name"], defaults=item)
        if created:
            for language, text in texts.items():
                words.objects.create(language=language, **{link: entry}, **text)
