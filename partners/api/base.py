"""What every address of the API shares."""

from typing import ClassVar

from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from rest_framework.views import APIView

from partners.api.schema import PartnerSchema


# What is answered holds no secret of its own that a compressed length could betray, and no browser
# sends these requests with somebody's cookies.
@method_decorator(gzip_page, name="dispatch")
class PartnerView(APIView):
    """A view for keys that have `scope`.

    `problems` are the refusals that are its own, for the OpenAPI document; the common ones are
    added there.
    """

    scope: str
    problems: ClassVar[tuple[int, ...]] = ()
    schema = PartnerSchema()
