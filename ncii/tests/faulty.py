"""Routes and a task that fail with what they were given, for tests of what is written then."""

from typing import NoReturn

from celery import shared_task
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ncii.urls import urlpatterns as site_urls

FAULTS: dict[str, type[Exception]] = {
    "value": ValueError,
    "suspicious": SuspiciousOperation,
    "denied": PermissionDenied,
    "missing": Http404,
    "away": OperationalError,
}


def quote(request: HttpRequest, where: str) -> str:
    """Return all that a careless exception could quote."""
    return f"{where} {request.META} {request.body!r} {request.POST}"


@csrf_exempt
def fail(request: HttpRequest, fault: str, where: str) -> NoReturn:
    """Raise that fault, with everything personal in its message and its cause."""
    try:
        raise KeyError(quote(request, where))
    except KeyError as cause:
        raise FAULTS[fault](quote(request, where)) from cause


def keep(request: HttpRequest, where: str) -> HttpResponse:
    """Answer, if the CSRF check lets it."""
    return HttpResponse(where)


class FailingApi(APIView):
    """An API route that fails."""

    authentication_classes = ()
    permission_classes = ()

    def post(self, request: Request, where: str) -> Response:
        """Raise with the parsed body in the message."""
        raise RuntimeError(f"{where} {request.data}")


@shared_task(name="ncii.tests.failing")
def failing(text: str) -> NoReturn:
    """Raise with its argument in the message."""
    raise RuntimeError(text)


urlpatterns = [
    path("fail/<str:fault>/<str:where>", fail),
    path("keep/<str:where>", keep),
    path("api/v1/fail/<str:where>", FailingApi.as_view()),
    *site_urls,
]
handler400 = "ncii.views.bad_request"
handler403 = "ncii.views.forbidden"
handler404 = "ncii.views.not_found"
handler500 = "ncii.views.failed"
