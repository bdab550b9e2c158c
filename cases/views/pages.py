"""Pages that only tell."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases.questions import GROUPS


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page."""
    return render(request, "pages/home.html")


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """Tell what happens to a fingerprint, and what we cannot do."""
    return render(request, "pages/how.html")


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Answer what people ask; each answer has an address of its own."""
    return render(request, "pages/questions.html", {"groups": GROUPS})


@require_safe
def law(request: HttpRequest) -> HttpResponse:
    """Tell what the law of some countries says."""
    return render(request, "pages/law.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Tell what we keep, and how to check that nothing leaves the device."""
    days = settings.WITHDRAWN_CASE_DAYS
    return render(request, "pages/privacy.html", {"kept_days": days})
