"""Answers that belong to no app: health, and errors in plain words."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def healthz(request: HttpRequest) -> JsonResponse:
    """Say whether this process can reach its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def refusal(request: HttpRequest, status: int) -> HttpResponse:
    """Render the error page of that status; problem details where an API was asked."""
    if request.path.startswith(("/api/", "/v1/")):
        return JsonResponse(
            {"type": "about:blank", "title": _TITLES.get(status, "Error"), "status": status},
            status=status,
            content_type="application/problem+json",
        )
    return render(request, "errors/error.html", {"status": status}, status=status)


_TITLES = {
    400: "The request is malformed.",
    403: "This is not allowed.",
    404: "There is nothing here.",
    413: "The body is larger than 1 MB.",
    429: "Too many requests.",
    500: "Something failed on our side.",
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
    """handler500."""
    return refusal(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old, or came from elsewhere."""
    return refusal(request, 403)
