"""Every refusal of the API as problem details (RFC 9457), in English, saying what to do."""

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import translation
from rest_framework import exceptions, status
from rest_framework.response import Response

from ncii.lib.away import RETRY_AFTER, is_away

CONTENT_TYPE = "application/problem+json"
log = structlog.get_logger("partners.api")

TITLES = {
    400: "The request is malformed.",
    401: "A valid API key is needed.",
    403: "This key may not do that.",
    404: "There is nothing here.",
    405: "This address does not take that method.",
    406: "The answer is only to be had as application/json.",
    409: "The same request is still running.",
    410: "This is gone for good.",
    413: "The body is larger than 1 MB.",
    415: "The body must be application/json.",
    422: "This Idempotency-Key was used for another request.",
    429: "Too many requests.",
    500: "Something failed on our side.",
    503: "Not possible at the moment.",
}


class Problem(exceptions.APIException):
    """A refusal with a status, what is wrong and what to do about it.

    `members` are further members of the problem object, `headers` further response headers.
    """

    def __init__(
        self,
        status_code: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status_code = status_code
        self.headers = dict(headers or {})
        self.members = members


class BadParameter(Problem):
    """A query parameter is not what it should be."""

    def __init__(self, name: str, must: str) -> None:
        detail = f"{name}: {must}"
        super().__init__(400, detail, errors=[{"parameter": name, "detail": must}])


class BeginAnew(Problem):
    """The reader may hold hashes whose withdrawal it can no longer be told of."""

    def __init__(self, how: str) -> None:
        super().__init__(
            410,
            "Withdrawals that you have not read can no longer be listed. Drop every hash that "
            f"you hold from this bank, then begin with an empty list: {how}.",
        )


class BadField(Problem):
    """A field of the body is not what it should be; `pointer` as in RFC 6901."""

    def __init__(self, pointer: str, must: str) -> None:
        detail = f"{pointer.lstrip('/') or 'body'}: {must}"
        super().__init__(400, detail, errors=[{"pointer": pointer, "detail": must}])


def problem_response(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Turn whatever a view raised into problem details (the REST framework's exception handler).

    What nobody foresaw becomes 500 with nothing of its message, and a log line without one.
    """
    # Imported here: the framework's views import our parsers, which import this.
    from rest_framework.views import set_rollback

    set_rollback()
    if isinstance(exc, Http404):
        exc = exceptions.NotFound("Nothing of that name is known to this key.")
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if not isinstance(exc, exceptions.APIException):
        log.error("api_failed", exc_info=exc)
        if is_away(exc):
            answer = _answer(
                503, "Try again after Retry-After. With its Idempotency-Key, nothing is done twice."
            )
            answer["Retry-After"] = str(RETRY_AFTER)
            return answer
        return _answer(500, "Try again; if it goes on, tell us the X-Request-ID.")
    with translation.override("en"):
        return _foreseen(exc)


def _foreseen(exc: exceptions.APIException) -> Response:
    if isinstance(exc, Problem):
        answer = _answer(exc.status_code, str(exc.detail), **exc.members)
        for name, value in exc.headers.items():
            answer[name] = value
    elif isinstance(exc, exceptions.ValidationError):
        errors = list(_field_errors(exc.detail, ""))
        first = errors[0] if errors else {"pointer": "", "detail": "is not valid."}
        where = first["pointer"].lstrip("/") or "body"
        answer = _answer(exc.status_code, f"{where}: {first['detail']}", errors=errors)
    else:
        answer = _answer(exc.status_code, str(exc.detail))
    if isinstance(exc, exceptions.MethodNotAllowed):
        answer.data["detail"] = "See the Allow header for the methods of this address."
    header = getattr(exc, "auth_header", None)
    if header:
        answer["WWW-Authenticate"] = header
    return answer


def _field_errors(detail: Any, pointer: str) -> Iterable[dict[str, str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            place = pointer if name == "non_field_errors" else f"{pointer}/{name}"
            yield from _field_errors(inner, place)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _field_errors(inner, pointer)
    else:
        yield {"pointer": pointer, "detail": str(detail)}


def _answer(status_code: int, detail: str, **members: Any) -> Response:
    body = {
        "type": "about:blank",
        "title": TITLES.get(status_code, "The request was refused."),
        "status": status_code,
        "detail": detail,
        **members,
    }
    return Response(body, status=status_code, content_type=CONTENT_TYPE)


def conflict_in_time(seconds: int, detail: str) -> Problem:
    """Return a 409 that says when to come again."""
    return Problem(status.HTTP_409_CONFLICT, detail, headers={"Retry-After": str(seconds)})
