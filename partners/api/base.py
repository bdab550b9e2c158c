"""What every address of the API shares."""

from typing import ClassVar

from rest_framework.views import APIView

from partners.api.schema import PartnerSchema


class PartnerView(APIView):
    """A view for keys that have `scope`.

    `problems` are the refusals that are its own, for the OpenAPI document; the common ones are
    added there.
    """

    scope: str
    problems: ClassVar[tuple[int, ...]] = ()
    schema = PartnerSchema()
