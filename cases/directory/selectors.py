"""Reads of the directories, in one language."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F
from django.db.models.functions import Lower
from django.utils.translation import gettext, override

from cases.directory.models import (
    COUNTRIES,
    Platform,
    PlatformWords,
    SupportService,
    SupportWords,
    Words,
)
from cases.directory.phrases import LINES

FLAGS = ("legal", "under_18", "lgbt", "men")
# A guess from the language that the person has chosen, never from their address.
COUNTRY_OF_LANGUAGE = {
    "bn": "BD",
    "de": "DE",
    "fr": "FR",
    "hi": "IN",
    "hu": "HU",
    "id": "ID",
    "it": "IT",
    "nl": "NL",
    "pl": "PL",
    "pt-br": "BR",
    "sv": "SE",
    "tr": "TR",
    "ur": "PK",
}


@dataclass(frozen=True)
class PlatformEntry:
    """A platform and how to report there, step by step, in `language` (English may stand in)."""

    platform: Platform
    language: str
    steps: list[str]


@dataclass(frozen=True)
class SupportEntry:
    """A service and what it does, in `language` (English may stand in)."""

    service: SupportService
    language: str
    about: str
    hours: str

    @property
    def country_name(self) -> str:
        """Return the country in the active language; its code if it is not one of ours."""
        return str(COUNTRIES.get(self.service.country, self.service.country))


def platform_entries(language: str) -> list[PlatformEntry]:
    """Return every platform, by name."""
    entries = []
    for platform in Platform.objects.prefetch_related("words"):
        words = _in_language(platform.words.all(), language)
        if isinstance(words, PlatformWords):
            shown, text = _translated(words.steps, words.language, language)
            steps = [step for step in text.splitlines() if step.strip()]
            entries.append(PlatformEntry(platform, shown, steps))
    return entries


def support_entries(language: str, *, country: str = "", need: str = "") -> list[SupportEntry]:
    """Return the services of a country (ISO 3166 code), then those for everywhere, by name.

    `need` is one of FLAGS, "phone" or "language"; empty country or need: all. Of all countries,
    they come country by country, so that everyone can find theirs.
    """
    services = SupportService.objects.prefetch_related("words")
    if country:
        services = services.filter(country__in=(country, ""))
        services = services.order_by(F("country").desc(), Lower("name"))
    if need == "phone":
        services = services.exclude(helpline="")
    elif need == "language":
        services = services.filter(languages__contains=language.partition("-")[0])
    elif need in FLAGS:
        services = services.filter(**{need: True})
    entries = []
    for service in services:
        words = _in_language(service.words.all(), language)
        if isinstance(words, SupportWords):
            shown, about = _translated(words.about, words.language, language)
            _hours_shown, hours = _translated(words.hours, words.language, language)
            entries.append(SupportEntry(service, shown, about, hours))
    return entries if country else _in_country_order(entries)


def countries() -> list[tuple[str, str]]:
    """Return (ISO 3166 code, name) in the order of the names in the active language."""
    return sorted(((code, str(name)) for code, name in COUNTRIES.items()), key=_country_order)


def _country_order(country: tuple[str, str]) -> str:
    # "États-Unis" belongs to E, not after Z.
    letters = unicodedata.normalize("NFKD", country[1])
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def _in_country_order(entries: Iterable[SupportEntry]) -> list[SupportEntry]:
    places = {code: place for place, (code, _name) in enumerate(countries())}
    return sorted(entries, key=lambda entry: places.get(entry.service.country, len(places)))


def _in_language(words: Iterable[Words], language: str) -> Words | None:
    by_language = {each.language: each for each in words}
    return by_language.get(language) or by_language.get("en")


def _translated(text: str, written_in: str, wanted: str) -> tuple[str, str]:
    """Return (language, text): line by line from the catalogue, if it has every line."""
    lines = [line for line in text.splitlines() if line.strip()]
    if written_in == wanted or not all(line in LINES for line in lines):
        return written_in, text
    with override(wanted):
        translated = [gettext(line) for line in lines]
    if any(new == old for new, old in zip(translated, lines, strict=True)):
        return written_in, text
    return wanted, "\n".join(translated)
