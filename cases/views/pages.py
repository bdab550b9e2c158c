"""Pages that only tell."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page."""
    return render(request, "pages/home.html")


@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """Tell what happens to a fingerprint, and what we cannot do."""
    return render(request, "pages/how.html")


@require_safe
def online(request: HttpRequest) -> HttpResponse:
    """Tell what to do when the image is already online."""
    return render(request, "pages/online.html")


@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """List who can help."""
    return render(request, "pages/support.html")
