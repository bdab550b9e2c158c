"""SubmitFeedback of the StopNCII exchange protocol, as python-threatexchange speaks it."""

from collections.abc import Collection, Container
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hashes.signal_types import SignalError, signal_type_by_length
from matching.services import record_verdicts
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.problems import BadField, Problem
from partners.exchange import documents
from partners.exchange.auth import ExchangeKeyAuthentication
from partners.exchange.reading import feedback_in, records_in, text_in
from partners.models import Scope
from partners.sandbox import NOW
from partners.selectors import hashes_of_values
from partners.services import Said


class SubmitFeedback(PartnerView):
    """What a platform says of hashes. A malformed record refuses the whole request.

    Hashes that the bank does not hold (any more) are listed in the answer and the others are
    recorded, since a batch made from yesterday's list may name one that was deleted today; a
    request of which nothing can be recorded is answered 404.
    """

    authentication_classes = (ExchangeKeyAuthentication,)
    scope = Scope.REPORT
    problems = (404,)

    @extend_schema(
        operation_id="SubmitFeedback",
        tags=["StopNCII exchange"],
        summary="Say what you think of hashes",
        request=documents.FeedbackBody,
        responses=documents.FeedbackAnswer,
        examples=[documents.FEEDBACK_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """A malformed record refuses the whole request. Hashes that the bank does not hold (any
        more) are listed in the answer and the others are recorded; if it holds none, 404.
        """
        said = _read(request.data)
        held = hashes_of_values(said)
        recorded = record_verdicts(
            partner_of(request), {held[value].pk: said[value] for value in said if value in held}
        )
        return _answer(said, {value for value in held if held[value].pk in recorded})

    def sandbox_post(self, request: Request) -> Response:
        """Check the feedback against the made-up bank, and throw it away."""
        return _answer(_read(request.data), {row.value for row in NOW.values()})


def _answer(said: Collection[str], held: Container[str]) -> Response:
    unknown = [value for value in said if value not in held]
    if said and len(unknown) == len(said):
        raise Problem(404, "The bank holds none of these hashes: they may have been deleted.")
    return Response(
        {"count": len(said), "recorded": len(said) - len(unknown), "unknownHashes": unknown}
    )


def _read(body: Any) -> dict[str, Said]:
    """Return {hash value: feedback}; raise BadField."""
    said: dict[str, Said] = {}
    for pointer, record in records_in(body, "hashFeedbacks"):
        value = text_in(record, "hashValue", pointer)
        try:
            signal_type_by_length(value).validate(value)
        except SignalError as error:
            raise BadField(f"{pointer}/hashValue", str(error)) from None
        if value in said:
            raise BadField(f"{pointer}/hashValue", "stands in the list twice.")
        said[value] = feedback_in(record, pointer)
    return said
