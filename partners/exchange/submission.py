"""SubmitHashes of the StopNCII exchange protocol: platforms contribute hashes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hashes.signal_types import SIGNAL_TYPES, SignalError, signal_type
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.problems import BadField
from partners.contributions import GIVEN_UP, Contributed, contribute
from partners.exchange import documents
from partners.exchange.auth import ExchangeKeyAuthentication
from partners.exchange.reading import feedback_in, records_in, text_in
from partners.models import Scope
from partners.services import Said

# The client sends the name of its enum as often as the value.
_PREFIX = "StopNCIISignalType."


class SubmitHashes(PartnerView):
    """Hashes of the platform's own."""

    authentication_classes = (ExchangeKeyAuthentication,)
    scope = Scope.CONTRIBUTE

    @extend_schema(
        operation_id="SubmitHashes",
        tags=["StopNCII exchange"],
        summary="Put hashes into the bank",
        request=documents.SubmissionBody,
        responses=documents.SubmissionAnswer,
        examples=[documents.SUBMISSION_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """A malformed record refuses the whole request. Sending a hash again changes nothing but
        your feedback on it. SubmitFeedback with `Withdrawn` takes a contribution back.
        """
        wanted = _read(request.data)
        contribute(partner_of(request), wanted)
        return Response({"count": len(wanted)})

    def sandbox_post(self, request: Request) -> Response:
        """Check the records, and throw them away."""
        return Response({"count": len(_read(request.data))})


def _read(body: Any) -> list[Contributed]:
    wanted = [_record(record, at) for at, record in records_in(body, "hashRecords")]
    if len({(each.signal, each.value) for each in wanted}) != len(wanted):
        raise BadField("/hashRecords", "must hold each hash once.")
    return wanted


def _record(record: dict[str, Any], pointer: str) -> Contributed:
    signal = text_in(record, "signalType", pointer).removeprefix(_PREFIX)
    value = text_in(record, "hashValue", pointer)
    if signal not in SIGNAL_TYPES:
        raise BadField(f"{pointer}/signalType", f"must be one of: {', '.join(SIGNAL_TYPES)}.")
    try:
        signal_type(signal).validate(value)
    except SignalError as error:
        raise BadField(f"{pointer}/hashValue", str(error)) from None
    _check_moment(record, pointer)
    return Contributed(signal, value, said=_said(record, pointer))


def _check_moment(record: dict[str, Any], pointer: str) -> None:
    moment = record.get("lastModtimestamp", 0)
    if isinstance(moment, bool) or not isinstance(moment, int) or moment < 0:
        raise BadField(f"{pointer}/lastModtimestamp", "must be Unix seconds.")


def _said(record: dict[str, Any], pointer: str) -> Said | None:
    entries = record.get("CSPFeedbacks", [])
    if not isinstance(entries, list) or len(entries) > 1:
        raise BadField(f"{pointer}/CSPFeedbacks", "must be a list of your own feedback, or empty.")
    if not entries:
        return None
    here = f"{pointer}/CSPFeedbacks/0"
    if not isinstance(entries[0], dict):
        raise BadField(here, "must be an object.")
    said = feedback_in(entries[0], here)
    if said.value in GIVEN_UP:
        raise BadField(f"{here}/feedbackValue", "can't be that of a hash you put in.")
    return said
