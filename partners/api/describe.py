"""The OpenAPI document, and the page that shows it. Both served by us alone, both open to all."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularJSONAPIView


class Description(SpectacularJSONAPIView):
    """The OpenAPI document as JSON."""

    permission_classes = ()
    authentication_classes = ()
    urlconf: Any = "ncii.urls"


@csp_update({"img-src": [SELF, "data:"]})
@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """Show the document. Swagger UI draws its icons from data: addresses, hence the policy."""
    return render(request, "partners/docs.html")
