"""`withdrawals`: what a platform still has to drop, and its word that it has."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners import sandbox
from partners.api import documents, parameters
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.fields import Body, Text
from partners.models import Scope
from partners.moments import rfc3339_if
from partners.pseudonyms import hash_ids, held_id_of
from partners.withdrawals import acknowledge, tombstones_due

MOST = 1000


class AcknowledgementBody(Body):
    """Ids of hashes that you have dropped."""

    ids = serializers.ListField(child=Text(max_length=64), allow_empty=False, max_length=MOST)


class Withdrawals(PartnerView):
    """Withdrawals that are due."""

    scope = Scope.FEED

    @extend_schema(
        operation_id="withdrawals",
        tags=["Withdrawals"],
        summary="What you still have to drop",
        responses=documents.WithdrawalsAnswer,
        examples=[documents.WITHDRAWALS_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        """The first 1,000 withdrawals that your cursors have not passed and you have not
        acknowledged. Empty is how it should be.
        """
        parameters.refuse_unknown(request, set())
        partner = partner_of(request)
        rows = list(tombstones_due(partner)[:MOST])
        names = hash_ids(partner.pk, (held.pk for held in rows))
        due = [
            {
                "id": name,
                "signal": held.signal,
                "value": held.value,
                "since": rfc3339_if(held.published_at),
            }
            for name, held in zip(names, rows, strict=True)
        ]
        return Response({"due": due})

    def sandbox_get(self, request: Request) -> Response:
        """Nothing is ever due: nobody's cursors are kept."""
        parameters.refuse_unknown(request, set())
        return Response({"due": []})


class WithdrawalAcknowledgement(PartnerView):
    """A platform's word that it has dropped hashes."""

    scope = Scope.FEED

    @extend_schema(
        operation_id="acknowledge_withdrawals",
        tags=["Withdrawals"],
        summary="Say that you have dropped hashes",
        request=AcknowledgementBody,
        responses=documents.AcknowledgementAnswer,
        examples=[documents.ACKNOWLEDGEMENT_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Needed only if you do not read `hashes/changes`: a cursor that has passed a withdrawal
        acknowledges it. Ids of hashes that are not withdrawn are not counted. Repeating it
        changes nothing, so it needs no Idempotency-Key.
        """
        partner = partner_of(request)
        held = (held_id_of(partner.pk, name) for name in _read(request))
        dropped = {held_id for held_id in held if held_id is not None}
        return Response({"acknowledged": acknowledge(partner, dropped)})

    def sandbox_post(self, request: Request) -> Response:
        """Count the ids that are withdrawn in the made-up bank."""
        withdrawn = {row.id for row in sandbox.NOW.values() if row.state != "Active"}
        return Response({"acknowledged": len(withdrawn.intersection(_read(request)))})


def _read(request: Request) -> list[str]:
    body = AcknowledgementBody(data=request.data)
    body.is_valid(raise_exception=True)
    ids: list[str] = body.validated_data["ids"]
    return ids
