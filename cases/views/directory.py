"""Where to report what is online already, and who can help."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from cases.directory.selectors import COUNTRY_OF_LANGUAGE, platform_entries, support_entries
from cases.forms import SupportForm
from cases.views.pages import telling


@telling
def online(request: HttpRequest) -> HttpResponse:
    """Show how to report to each platform."""
    return render(
        request, "pages/online.html", {"entries": platform_entries(get_language() or "en")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def support(request: HttpRequest) -> HttpResponse:
    """List who can help, by country and need.

    The choice comes by POST: what somebody needs help with has no place in an address, which
    the browser's history keeps.
    """
    language = get_language() or "en"
    guess = COUNTRY_OF_LANGUAGE.get(language, "")
    form = SupportForm(request.POST if request.method == "POST" else {"country": guess})
    chosen = form.cleaned_data if form.is_valid() else {"country": "", "need": ""}
    entries = support_entries(language, country=chosen["country"], need=chosen["need"])
    return render(request, "pages/support.html", {"form": form, "entries": entries})
