"""Pages that only tell."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from cases.questions import GROUPS
from partners.selectors import named_partners

View = Callable[..., HttpResponse]


def telling(view: View) -> View:
    """Make a view answer to GET only, and compressed: on such a page is neither a secret nor anything
    that came with the request, which a compressed length could give away (BREACH)."""
    return gzip_page(require_safe(view))


@telling
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page."""
    return render(request, "pages/home.html")


@telling
def how(request: HttpRequest) -> HttpResponse:
    """Tell what happens to a fingerprint, and what we cannot do."""
    return render(request, "pages/how.html")


@telling
def questions(request: HttpRequest) -> HttpResponse:
    """Answer what people ask; each answer has an address of its own."""
    total = sum(len(group.questions) for group in GROUPS)
    counts = [
        _("No answer has these words. Try fewer words, or another one."),
        *(
            ngettext("{n} answer found", "{n} answers found", n).format(n=n)
            for n in range(1, total + 1)
        ),
    ]
    return render(request, "pages/questions.html", {"groups": GROUPS, "counts": counts})


@telling
def law(request: HttpRequest) -> HttpResponse:
    """Tell what the law of some countries says."""
    return render(request, "pages/law.html")


@telling
def privacy(request: HttpRequest) -> HttpResponse:
    """Tell what we keep and what not."""
    days = settings.WITHDRAWN_CASE_DAYS
    return render(request, "pages/privacy.html", {"kept_days": days})


@telling
def check_yourself(request: HttpRequest) -> HttpResponse:
    """Tell how anybody can check that nothing leaves the device."""
    return render(request, "pages/check.html")


@telling
def evidence(request: HttpRequest) -> HttpResponse:
    """Tell how to keep proof, safely."""
    return render(request, "pages/evidence.html")


@telling
def impostors(request: HttpRequest) -> HttpResponse:
    """Tell how to know a false helper, and this site."""
    return render(request, "pages/impostors.html", {"origin": settings.PUBLIC_ORIGIN})


@telling
def accessibility(request: HttpRequest) -> HttpResponse:
    """State for whom the site works, and what may still be hard."""
    return render(request, "pages/accessibility.html", {"contact": settings.CONTACT_EMAIL})


@telling
def partners(request: HttpRequest) -> HttpResponse:
    """Name the platforms that agreed to be named, and tell others how to join."""
    context = {"partners": named_partners(), "contact": settings.CONTACT_EMAIL}
    return render(request, "pages/partners.html", context)
