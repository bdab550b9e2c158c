"""`matches` and `hashes/{id}/verdict`: platforms tell what they found and what they think."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from hashes.models import Hash
from matching.api.fields import MatchBody, VerdictBody
from matching.api.named import or_404, still_there
from matching.api.sandboxed import SandboxMatches, SandboxVerdict
from matching.models import Action
from matching.selectors import report_name
from matching.services import Match, record_verdicts, report_match
from partners.api import documents
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.idempotency import once
from partners.models import FeedbackValue, Partner, Scope
from partners.moments import rfc3339
from partners.pseudonyms import hash_id
from partners.selectors import hash_of_signal, known_hash
from partners.services import Said


class Matches(SandboxMatches, PartnerView):
    """Matches that a platform found among what is uploaded to it."""

    scope = Scope.REPORT
    problems = (404, 409, 422)

    @extend_schema(
        operation_id="report_match",
        tags=["Reports"],
        summary="Report a match",
        parameters=[documents.IDEMPOTENCY_KEY],
        request=MatchBody,
        responses={201: documents.MatchAnswer},
        examples=[documents.MATCH_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Name the hash by `id`, or by `signal` and `value`. Actions `blocked` and `removed` count
        as your verdict Blocked; `none` and `review` as PendingReview, unless you have said
        Blocked or NotBlocked of the hash before. `reference` is your own opaque name of the
        content: addresses are refused.
        """
        return once(request, "matches", lambda: self._report(request))

    def _report(self, request: Request) -> tuple[int, dict[str, Any]]:
        body = MatchBody(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        held = _named(partner_of(request), sent)
        match = Match(
            distance=sent["distance"],
            matched_at=sent["matched_at"],
            action=Action(sent["action"]),
            reference=sent.get("reference", ""),
        )
        with still_there():
            report = report_match(partner_of(request), held, match)
        return status.HTTP_201_CREATED, {
            "id": report_name(report),
            "hash": hash_id(partner_of(request).pk, held.pk),
            "received_at": rfc3339(report.received_at),
        }


class HashVerdict(SandboxVerdict, PartnerView):
    """What the platform thinks of a hash, once it has reviewed its matches."""

    scope = Scope.REPORT
    problems = (404,)

    @extend_schema(
        operation_id="set_verdict",
        tags=["Reports"],
        summary="Give your verdict on a hash",
        parameters=[documents.HASH_ID],
        request=VerdictBody,
        responses=documents.VerdictAnswer,
        examples=[documents.VERDICT_EXAMPLE],
    )
    def put(self, request: Request, name: str) -> Response:
        """The last one counts, and the person who opened the case can read it."""
        body = VerdictBody(data=request.data)
        body.is_valid(raise_exception=True)
        held = or_404(known_hash(partner_of(request), name))
        value = FeedbackValue(body.validated_data["value"])
        tags = tuple(dict.fromkeys(body.validated_data["tags"]))
        if not record_verdicts(partner_of(request), {held.pk: Said(value, tags)}):
            or_404(None)
        return Response({"id": name, "value": value, "tags": list(tags)})


def _named(partner: Partner, sent: dict[str, Any]) -> Hash:
    if "id" in sent:
        return or_404(known_hash(partner, sent["id"]))
    return or_404(hash_of_signal(sent["signal"], sent["value"]))
