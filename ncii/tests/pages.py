"""Every public page that can be opened by its address alone, read from the routes."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern

from cases.eligibility import QUESTIONS

# Behind a case number or the questions, a way out, or no page.
_BEHIND = {"status_case", "held", "withdraw", "withdrawn", "finish", "leave", "new_case"}
# /start/N beyond the first redirects until the one before is answered.
_WITH_NUMBERS = ("start/1", *(f"start/{question.number}/more" for question in QUESTIONS))
NOWHERE = "nowhere"


def public_paths() -> list[str]:
    """Return the paths below the language prefix, "" for the home page, and one that is not there."""
    found = [path for resolver in _localised() for path in _plain(resolver)]
    return [*found, *_WITH_NUMBERS, NOWHERE]


def _localised() -> Iterator[URLResolver]:
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and isinstance(entry.pattern, LocalePrefixPattern):
            yield entry


def _plain(resolver: URLResolver) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _plain(entry)
        elif entry.name not in _BEHIND and not entry.pattern.regex.groups:
            path = str(entry.pattern)
            # A file to be saved is no page.
            if "." not in path:
                yield path
