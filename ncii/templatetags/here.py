"""Where this page stands: itself in another language, the way out, how far along."""

from dataclasses import dataclass

import segno
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse, translate_url

register = template.Library()


@register.simple_tag(takes_context=True)
def same_page(context: Context, language: str) -> str:
    """Return this page's path in another language (ISO 639 code); the home page where it has none."""
    request: HttpRequest | None = context.get("request")
    home = f"/{language}/"
    # After two slashes a path would be read as a host, which it may be a malformed one of.
    if request is None or request.path.startswith("//"):
        return home
    there = translate_url(request.path, language)
    return there if there.startswith(home) else home


@register.simple_tag
def own_names() -> list[tuple[str, str]]:
    """Return (code, name in its own script) of every language; Django's own tag translates names."""
    return list(settings.LANGUAGES)


@register.simple_tag
def exit_address() -> str:
    """Return the neutral address that "Quick exit" goes to."""
    return str(settings.EXIT_URL)


@register.filter
def count_up(number: int) -> range:
    """Return 1..number, for a loop in a template."""
    return range(1, int(number) + 1)


@dataclass(frozen=True)
class Square:
    """A QR code to be drawn: modules a side with its quiet zone, and the dark ones as an SVG path."""

    address: str
    side: int
    path: str


@register.simple_tag(takes_context=True)
def way_back(context: Context) -> Square:
    """Return the status page's address, without anything that belongs to one case, as a QR code."""
    address = context["request"].build_absolute_uri(reverse("status"))
    rows = list(segno.make(address, error="m", micro=False).matrix_iter(border=4))
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    return Square(address, len(rows), "".join(dark))
