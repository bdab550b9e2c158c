"""Where this page stands: itself in another language, the way out, how far along."""

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.urls import translate_url

register = template.Library()


@register.simple_tag(takes_context=True)
def same_page(context: Context, language: str) -> str:
    """Return this page's path in another language (ISO 639 code); the home page where it has none."""
    request: HttpRequest | None = context.get("request")
    home = f"/{language}/"
    if request is None:
        return home
    there = translate_url(request.path, language)
    return there if there.startswith(home) else home


@register.simple_tag
def exit_address() -> str:
    """Return the neutral address that "Quick exit" goes to."""
    return str(settings.EXIT_URL)


@register.filter
def count_up(number: int) -> range:
    """Return 1..number, for a loop in a template."""
    return range(1, int(number) + 1)
