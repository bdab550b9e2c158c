"""Every route of the URL configuration, each with one address that leads to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RegexPattern

_PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")
_SAMPLES = {"int": "1", "path": "1", "uuid": "00000000-0000-4000-8000-000000000000", None: "x"}


@dataclass(frozen=True)
class Route:
    """`route` as the URL configuration writes it, `path` with samples for its parameters."""

    route: str
    path: str
    name: str


def all_routes() -> list[Route]:
    """Return the site's routes in order; a catch-all is reached by a word that is no route."""
    return list(_walk(get_resolver().url_patterns, "", "/"))


def _walk(patterns: list[URLPattern | URLResolver], route: str, path: str) -> Iterator[Route]:
    for item in patterns:
        here, sample = _written(item), _sample(item)
        if isinstance(item, URLResolver):
            yield from _walk(item.url_patterns, route + here, path + sample)
        else:
            yield Route(route + here, path + sample, item.name or "")


def _written(item: URLPattern | URLResolver) -> str:
    return str(item.pattern)


def _sample(item: URLPattern | URLResolver) -> str:
    if isinstance(item.pattern, LocalePrefixPattern):
        return "en/"
    if isinstance(item.pattern, RegexPattern):
        return "no-such-page/"
    return _PARAMETER.sub(lambda match: _SAMPLES.get(match[1], "x"), str(item.pattern))


def policy_of(header: str) -> dict[str, list[str]]:
    """Parse a Content-Security-Policy into sources by directive."""
    directives = (part.split() for part in header.split(";") if part.strip())
    return {name: sources for name, *sources in directives}


def sources_of(policy: dict[str, list[str]]) -> set[str]:
    """Return every source that the policy names anywhere."""
    return set(chain.from_iterable(policy.values()))
