"""The one page that shows a secret."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def shown_once(
    request: HttpRequest, *, title: str, owner: str, secret: str, back: str
) -> HttpResponse:
    """Answer the request that made a secret with a page that shows it.

    Neither session nor message carries it, so it is nowhere once the page is closed.
    """
    context = {
        **admin.site.each_context(request),
        "title": title,
        "owner": owner,
        "secret": secret,
        "back": back,
    }
    return TemplateResponse(request, "admin/shown_once.html", context)
