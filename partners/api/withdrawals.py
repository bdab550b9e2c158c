"""`withdrawals`: what a platform still has to drop, and its word that it has."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api import documents, parameters
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.feed import utc
from partners.api.fields import Body, Text
from partners.api.sandboxed import SandboxAcknowledgement, SandboxWithdrawals
from partners.models import Scope
from partners.pseudonyms import hash_ids, held_id_of
from partners.withdrawals import acknowledge, tombstones_due

MOST = 1000


class AcknowledgementBody(Body):
    """Ids of hashes that you have dropped."""

    ids = serializers.ListField(child=Text(max_length=64), allow_empty=False, max_length=MOST)


class Withdrawals(SandboxWithdrawals, PartnerView):
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
                "since": utc(held.published_at),
            }
            for name, held in zip(names, rows, strict=True)
        ]
        return Response({"due": due})


class WithdrawalAcknowledgement(SandboxAcknowledgement, PartnerView):
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
        body = AcknowledgementBody(data=request.data)
        body.is_valid(raise_exception=True)
        partner = partner_of(request)
        held = (held_id_of(partner.pk, name) for name in body.validated_data["ids"])
        dropped = {held_id for held_id in held if held_id is not None}
        return Response({"acknowledged": acknowledge(partner, dropped)})
