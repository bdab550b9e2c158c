"""`hashes/{id}/dispute`: a platform's appeal against a hash, and staff's answer to it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from hashes.models import Hash
from matching.api.fields import DisputeBody
from matching.api.named import or_404, still_there
from matching.api.sandboxed import SandboxDispute
from matching.models import Reason
from matching.review.outcomes import OUTCOMES, outcome
from matching.selectors import Disputed, disputed
from matching.services import dispute
from partners.api import documents
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.idempotency import once
from partners.api.problems import Problem
from partners.models import Scope
from partners.moments import rfc3339, rfc3339_if
from partners.selectors import known_hash


class DisputeAnswer(serializers.Serializer[Any]):
    """Your dispute as it now stands."""

    id = serializers.CharField(help_text="Your id of the hash.")
    reason = serializers.ChoiceField(
        choices=Reason.choices,
        allow_null=True,
        help_text="Null where you have only given the verdict NotBlocked.",
    )
    note = serializers.CharField()
    disputed_at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=[("open", "open"), ("answered", "answered")])
    outcome = serializers.ChoiceField(
        choices=[(value, value) for value in OUTCOMES.values()],
        allow_null=True,
        help_text="Staff's answer: `kept`, you go on getting the hash; `held_back`, nobody gets it.",
    )
    answered_at = serializers.DateTimeField(allow_null=True)


_OPEN = {
    "id": documents.NAME,
    "reason": "harmless",
    "note": "The logo of a newspaper, on 4,000 uploads since yesterday.",
    "disputed_at": "2026-01-31T12:00:00Z",
    "status": "open",
    "outcome": None,
    "answered_at": None,
}
REQUEST = OpenApiExample(
    "A logo",
    request_only=True,
    value={"reason": _OPEN["reason"], "note": _OPEN["note"]},
)
OPENED = OpenApiExample("In the queue", response_only=True, status_codes=["201"], value=_OPEN)
ANSWERED = OpenApiExample(
    "Answered",
    response_only=True,
    status_codes=["200"],
    value=_OPEN
    | {"status": "answered", "outcome": "held_back", "answered_at": "2026-02-01T09:30:00Z"},
)


class HashDispute(SandboxDispute, PartnerView):
    """A platform's appeal against a hash."""

    scope = Scope.REPORT
    problems = (404, 409, 422)

    @extend_schema(
        operation_id="dispute_hash",
        tags=["Reports"],
        summary="Dispute a hash",
        parameters=[documents.HASH_ID, documents.IDEMPOTENCY_KEY],
        request=DisputeBody,
        responses={201: DisputeAnswer},
        examples=[REQUEST, OPENED],
    )
    def post(self, request: Request, name: str) -> Response:
        """Say that a hash should not be in the bank, and why. It counts as your verdict NotBlocked.
        Staff look at it within 48 hours; when two platforms dispute a hash that none has blocked, or
        three where one has, it is held back until they have. Disputing again asks staff once more.
        """
        held = _named(request, name)
        return once(request, f"hashes/{name}/dispute", lambda: self._dispute(request, held, name))

    def _dispute(self, request: Request, held: Hash, name: str) -> tuple[int, dict[str, Any]]:
        body = DisputeBody(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        with still_there():
            dispute(partner_of(request), held, Reason(sent["reason"]), sent["note"])
        return status.HTTP_201_CREATED, _answer(request, held, name)

    @extend_schema(
        operation_id="read_dispute",
        tags=["Reports"],
        summary="Read staff's answer to your dispute",
        parameters=[documents.HASH_ID],
        request=None,
        responses=DisputeAnswer,
        examples=[ANSWERED],
    )
    def get(self, request: Request, name: str) -> Response:
        """The webhook `match.reviewed` tells you when there is one. 404 if you have not disputed it."""
        return Response(_answer(request, _named(request, name), name))


def _named(request: Request, name: str) -> Hash:
    return or_404(known_hash(partner_of(request), name))


def _answer(request: Request, held: Hash, name: str) -> dict[str, Any]:
    found = disputed(partner_of(request), held)
    if found is None:
        raise Problem(404, "You have not disputed this hash.")
    return {"id": name, **_document(found)}


def _document(found: Disputed) -> dict[str, Any]:
    appeal, item = found.appeal, found.item
    answer = outcome(item)
    return {
        "reason": appeal.reason if appeal else None,
        "note": appeal.note if appeal else "",
        "disputed_at": rfc3339(appeal.at if appeal else item.opened_at),
        "status": "answered" if answer else "open",
        "outcome": answer,
        "answered_at": rfc3339_if(item.decided_at),
    }
