"""SubmitFeedback of the StopNCII exchange protocol, as python-threatexchange speaks it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hashes.signal_types import SignalError, signal_type_by_length
from matching.services import Verdict, record_verdicts
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.fields import MOST_TAGS, TAG_RULE, is_tag
from partners.api.problems import BadField, Problem
from partners.exchange import documents
from partners.exchange.auth import ExchangeKeyAuthentication
from partners.models import FeedbackValue, Scope
from partners.selectors import hashes_of_values

MOST = 1000


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
        unknown = [value for value in said if value not in held]
        if said and not held:
            raise Problem(404, "The bank holds none of these hashes: they may have been deleted.")
        record_verdicts(
            partner_of(request),
            [Verdict(held[value], *said[value]) for value in said if value in held],
        )
        return Response({"count": len(said), "recorded": len(held), "unknownHashes": unknown})


def _read(body: Any) -> dict[str, tuple[FeedbackValue, tuple[str, ...]]]:
    """Return {hash value: (feedback, tags)}; raise BadField."""
    if not isinstance(body, dict):
        raise BadField("", "must be an object with count and hashFeedbacks.")
    records = body.get("hashFeedbacks")
    if not isinstance(records, list) or len(records) > MOST:
        raise BadField("/hashFeedbacks", f"must be a list of at most {MOST} records.")
    count = body.get("count")
    if isinstance(count, bool) or count != len(records) or not isinstance(count, int):
        raise BadField("/count", f"must be the number of records, {len(records)}.")
    said: dict[str, tuple[FeedbackValue, tuple[str, ...]]] = {}
    for place, record in enumerate(records):
        pointer = f"/hashFeedbacks/{place}"
        value = _hash_value(record, pointer)
        if value in said:
            raise BadField(f"{pointer}/hashValue", "stands in the list twice.")
        said[value] = (_feedback(record, pointer), _tags(record, pointer))
    return said


def _hash_value(record: Any, pointer: str) -> str:
    if not isinstance(record, dict):
        raise BadField(pointer, "must be an object.")
    value = record.get("hashValue")
    if not isinstance(value, str):
        raise BadField(f"{pointer}/hashValue", "must be a text.")
    try:
        signal_type_by_length(value).validate(value)
    except SignalError as error:
        raise BadField(f"{pointer}/hashValue", str(error)) from None
    return value


def _feedback(record: dict[str, Any], pointer: str) -> FeedbackValue:
    value = record.get("feedbackValue")
    if not isinstance(value, str) or value not in FeedbackValue.values:
        known = ", ".join(FeedbackValue.values)
        raise BadField(f"{pointer}/feedbackValue", f"must be one of: {known}.")
    return FeedbackValue(value)


def _tags(record: dict[str, Any], pointer: str) -> tuple[str, ...]:
    tags = record.get("tags", [])
    if not isinstance(tags, list) or len(tags) > MOST_TAGS:
        raise BadField(f"{pointer}/tags", f"must be a list of at most {MOST_TAGS} tags.")
    for place, tag in enumerate(tags):
        if not is_tag(tag):
            raise BadField(f"{pointer}/tags/{place}", f"{TAG_RULE}.")
    # The client sends a set, in no order: the same tags must be the same feedback.
    return tuple(sorted(set(tags)))
