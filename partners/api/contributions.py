"""`hashes`: platforms put hashes into the bank."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from hashes.signal_types import SIGNAL_TYPES, ImagePDQ, SignalError, signal_type
from partners.api import documents
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.fields import Body, Text, WholeNumber
from partners.api.idempotency import once
from partners.contributions import GIVEN_UP, Contributed, contribute
from partners.models import FeedbackValue, Scope
from partners.pseudonyms import hash_ids
from partners.sandbox import name_for
from partners.services import Said

MOST = 1000
VERDICTS = [value for value in FeedbackValue.values if value not in GIVEN_UP]


class ContributedBody(Body):
    """One hash. PDQ needs its quality, 50 to 100: a plainer picture matches what it should not."""

    signal = serializers.ChoiceField(choices=list(SIGNAL_TYPES))
    value = Text(max_length=64)
    quality = WholeNumber(required=False, min_value=0, max_value=100)
    verdict = serializers.ChoiceField(choices=VERDICTS, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raise ValidationError unless the signal is one that its algorithm could have made."""
        if attrs["signal"] == ImagePDQ.name and "quality" not in attrs:
            raise serializers.ValidationError({"quality": ["is needed for ImagePDQ."]})
        try:
            signal_type(attrs["signal"]).validate(attrs["value"], attrs.get("quality"))
        except SignalError as error:
            field = "quality" if error.code == "quality" else "value"
            raise serializers.ValidationError({field: [str(error)]}) from None
        return attrs


class ContributionBody(Body):
    """Up to 1,000 hashes, each once."""

    hashes = serializers.ListField(child=ContributedBody(), allow_empty=False, max_length=MOST)

    def validate_hashes(self, sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Raise ValidationError for a hash that stands in the list twice."""
        if len({(each["signal"], each["value"]) for each in sent}) != len(sent):
            raise serializers.ValidationError("must hold each hash once.")
        return sent


class Contributions(PartnerView):
    """Hashes of the platform's own."""

    scope = Scope.CONTRIBUTE
    problems = (409, 422)

    @extend_schema(
        operation_id="contribute",
        tags=["Contributions"],
        summary="Put hashes into the bank",
        parameters=[documents.IDEMPOTENCY_KEY],
        request=ContributionBody,
        responses={201: documents.ContributionAnswer},
        examples=[documents.CONTRIBUTION_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Contribute only what you have reviewed and found to be an intimate image shared without
        consent. To take a contribution back, give the verdict `Withdrawn` on its id. A hash that
        somebody else holds too stays in the bank then.
        """
        return once(request, "hashes", lambda: self._contribute(request))

    def sandbox_post(self, request: Request) -> Response:
        """Check the hashes, and throw them away."""
        listed = [
            {
                "id": name_for(each["signal"], each["value"]),
                "signal": each["signal"],
                "value": each["value"],
            }
            for each in _read(request)
        ]
        return Response({"hashes": listed}, status=status.HTTP_201_CREATED)

    def _contribute(self, request: Request) -> tuple[int, dict[str, Any]]:
        partner = partner_of(request)
        hashes = contribute(partner, [_contributed(each) for each in _read(request)])
        names = hash_ids(partner.pk, (held.pk for held in hashes))
        listed = [
            {"id": name, "signal": held.signal, "value": held.value}
            for name, held in zip(names, hashes, strict=True)
        ]
        return status.HTTP_201_CREATED, {"hashes": listed}


def _read(request: Request) -> list[dict[str, Any]]:
    body = ContributionBody(data=request.data)
    body.is_valid(raise_exception=True)
    sent: list[dict[str, Any]] = body.validated_data["hashes"]
    return sent


def _contributed(sent: dict[str, Any]) -> Contributed:
    verdict = sent.get("verdict")
    said = Said(verdict) if verdict else None
    return Contributed(sent["signal"], sent["value"], sent.get("quality"), said)
