"""The sign on the door: public pages and API answer 503 while there is work on the database.

It hangs while MAINTENANCE is set in the environment, or a file `maintenance` lies in the var
folder, which needs no restart. It asks neither session nor database.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from ncii import views

# Staff and the load balancer's health check come through, and so does the way out.
_OPEN = ("/healthz", "/staff/", settings.STATIC_URL)
_EXIT = "/exit"
Handler = Callable[[HttpRequest], HttpResponseBase]


def is_on() -> bool:
    """Say whether the sign hangs."""
    return settings.MAINTENANCE or (settings.VAR_DIR / "maintenance").exists()


def maintenance(get_response: Handler) -> Handler:
    """Answer 503 with Retry-After instead of the page that was asked for."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(_OPEN) or not is_on():
            return get_response(request)
        if request.path.endswith(_EXIT):
            return HttpResponseRedirect(settings.EXIT_URL)
        response = views.refusal(request, 503)
        response["Retry-After"] = str(settings.MAINTENANCE_RETRY_SECONDS)
        return response

    return middleware
