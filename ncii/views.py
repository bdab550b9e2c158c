"""Answers that belong to no app: health, and errors in plain words."""

import sys

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ncii.lib.away import RETRY_AFTER, is_away


def healthz(request: HttpRequest) -> JsonResponse:
    """Say whether this process can reach its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def refusal(request: HttpRequest, status: int, words: int | None = None) -> HttpResponse:
    """Render the error page of that status, or the `words` of another; to an API, problem details."""
    if request.path.startswith(("/api/", "/v1/")):
        return JsonResponse(
            {"type": "about:blank", "title": _TITLES.get(status, "Error"), "status": status},
            status=status,
            content_type="application/problem+json",
        )
    title, text = _WORDS.get(words or status, _WORDS[500])
    # Some refusals come before the middleware that sets the language.
    with translation.override(translation.get_language_from_request(request, check_path=True)):
        return render(
            request,
            "errors/error.html",
            {"title": title, "text": text, "status": status},
            status=status,
        )


_TITLES = {
    400: "The request is malformed.",
    403: "This is not allowed.",
    404: "There is nothing here.",
    405: "This address does not take that method.",
    413: "The body is larger than 1 MB.",
    429: "Too many requests.",
    500: "Something failed on our side.",
    503: "Not possible at the moment.",
}


_WORDS = {
    400: (
        _("We could not understand that"),
        _(
            "Something in the request was not complete. Go back, load the page again, and try once more."
        ),
    ),
    403: (
        _("This page has been open for too long"),
        _(
            "To keep you safe we could not accept the form. "
            "Go back, load the page again, and send it once more."
        ),
    ),
    404: (
        _("There is nothing here"),
        _("The address may be wrong, or the page has moved. You have done nothing wrong."),
    ),
    413: (
        _("That was too much at once"),
        _(
            "What your browser sent is too big for us. We never need your pictures, only their fingerprints."
        ),
    ),
    429: (
        _("Please wait a little"),
        _("Many requests came from your connection just now. Wait a few minutes, then try again."),
    ),
    500: (
        _("Something went wrong on our side"),
        _(
            "It is not your fault, and nothing was lost that was saved before. Wait a moment, then try again."
        ),
    ),
    503: (
        _("We will be back soon"),
        _(
            "We are working on this site. Nothing is lost. The fingerprints that platforms have "
            "go on working. Come back in a little while."
        ),
    ),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    return refusal(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return refusal(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    return refusal(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """handler500. What will do in a moment is 503, in the same words."""
    if not is_away(sys.exc_info()[1]):
        return refusal(request, 500)
    answer = refusal(request, 503, words=500)
    answer["Retry-After"] = str(RETRY_AFTER)
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old, or came from elsewhere."""
    return refusal(request, 403)
