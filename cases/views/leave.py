"""The way out, at once."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe


@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """End the session, have the browser forget our pages and cookies, and send it to a neutral one.

    A plain link, so that it works without scripts. "storage" is not cleared: the mark that makes
    Back show nothing lives there (static/ncii/leave.js).
    """
    request.session.flush()
    response = HttpResponseRedirect(settings.EXIT_URL)
    response["Clear-Site-Data"] = '"cache"'
    response.delete_cookie(settings.CSRF_COOKIE_NAME)
    return response
