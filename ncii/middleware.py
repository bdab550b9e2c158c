"""What every request passes: its log line, its limits, its quiet headers."""

import secrets
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from ncii import views

# SecurityMiddleware sets some of these too, but not when it is the one that refuses.
QUIET_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), browsing-topics=(), interest-cohort=()"
    ),
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
Handler = Callable[[HttpRequest], HttpResponseBase]
log = structlog.get_logger("ncii.request")


class UploadRefused(Exception):
    """A multipart body tried to bring a file. No file ever reaches this server."""


class RefuseUploads(FileUploadHandler):
    """The only upload handler: it takes nothing."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Refuse before the first byte of the file is read."""
        raise UploadRefused

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never reached; the interface asks for it."""
        raise UploadRefused

    def file_complete(self, file_size: int) -> None:
        """Never reached; the interface asks for it."""
        raise UploadRefused


def request_log(get_response: Handler) -> Handler:
    """Log one line per request: method, route, status, time; never path, address or agent."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request_id = secrets.token_hex(8)
        request.request_id = request_id  # type: ignore[attr-defined]
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = get_response(request)
            route = request.resolver_match.route if request.resolver_match else None
            log.info(
                "request",
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000),
            )
        response["X-Request-ID"] = request_id
        return response

    return middleware


def quiet_headers(get_response: Handler) -> Handler:
    """Add the headers that keep a page between the person and us."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            for name, value in QUIET_HEADERS.items():
                response.setdefault(name, value)
            response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def body_limit(get_response: Handler) -> Handler:
    """Refuse a body over settings.MAX_BODY_BYTES before anything reads it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return views.refusal(request, 400)
        if length > settings.MAX_BODY_BYTES:
            return views.refusal(request, 413)
        return get_response(request)

    return middleware


def plain_address(get_response: Handler) -> Handler:
    """Refuse an address with a null byte: no route has one, and PostgreSQL holds none."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path:
            return views.refusal(request, 400)
        return get_response(request)

    return middleware


def say_which_methods(get_response: Handler) -> Handler:
    """Give an answer without a word to a method that an address does not take (405) its words."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            worded = views.refusal(request, 405, words=400)
            worded["Allow"] = response["Allow"]
            return worded
        return response

    return middleware
