"""`hashes/lookup`: signals compared with the bank, for platforms that don't hold the list."""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from hashes.signal_types import SIGNAL_TYPES, ImagePDQ, SignalError, signal_type
from matching.api.sandboxed import sandbox_results
from matching.lookup import Found, look_up
from ncii.staff import counts
from partners import rates
from partners.api.auth import partner_of
from partners.api.base import PartnerView
from partners.api.documents import NAME
from partners.api.fields import Body, Text, WholeNumber
from partners.api.problems import Problem
from partners.models import Scope
from partners.pseudonyms import hash_ids

MOST = 1000


class LookedUp(Body):
    """A signal of something that was uploaded."""

    signal = serializers.ChoiceField(choices=list(SIGNAL_TYPES))
    value = Text(max_length=64)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raise ValidationError for a value that is none of its type."""
        try:
            signal_type(attrs["signal"]).validate(attrs["value"])
        except SignalError as error:
            # A plain picture's value: no hash of the bank is like it, and the others go on.
            if error.code != "balance":
                raise serializers.ValidationError({"value": [str(error)]}) from None
        return attrs


class LookupBody(Body):
    """Up to 1,000 signals."""

    signals = serializers.ListField(child=LookedUp(), allow_empty=False, max_length=MOST)
    max_distance = WholeNumber(
        min_value=0, max_value=ImagePDQ.match_distance, default=ImagePDQ.match_distance
    )


class FoundDocument(serializers.Serializer[Any]):
    """A hash of the bank that is near."""

    id = serializers.CharField(help_text="Your id of the hash: report a match with it.")
    distance = serializers.IntegerField(help_text="In bits; 0 for an MD5.")
    confidence = serializers.CharField()


class LookupResult(serializers.Serializer[Any]):
    """What was found for one signal, nearest first."""

    matches = FoundDocument(many=True)


class LookupAnswer(serializers.Serializer[Any]):
    """A result for each signal, in the order in which they were sent."""

    results = LookupResult(many=True)


REQUEST = OpenApiExample(
    "One photo",
    request_only=True,
    value={"signals": [{"signal": "ImagePDQ", "value": ImagePDQ.examples[1]}]},
)
ANSWER = OpenApiExample(
    "A match",
    response_only=True,
    value={"results": [{"matches": [{"id": NAME, "distance": 8, "confidence": "unverified"}]}]},
)


class Lookup(PartnerView):
    """Look-ups."""

    scope = Scope.LOOKUP

    @extend_schema(
        operation_id="lookup",
        tags=["Look-up"],
        summary="Compare signals with the bank",
        request=LookupBody,
        responses={200: LookupAnswer},
        examples=[REQUEST, ANSWER],
    )
    def post(self, request: Request) -> Response:
        """Every active hash within `max_distance` bits is found: photos up to 31, videos when
        equal. At most a million signals a day. Nothing of what you look up is kept.
        """
        sent = _read(request)
        partner, signals = partner_of(request), sent["signals"]
        use = rates.look_up(partner, len(signals))
        if not use.allowed:
            raise Problem(
                429,
                f"That is more than the {use.remaining} signals that you have left today.",
                headers={"Retry-After": str(use.reset)},
            )
        wanted = [(each["signal"], each["value"]) for each in signals]
        found = look_up(wanted, sent["max_distance"])
        counts.count(lookups=len(found), lookups_found=sum(1 for each in found if each))
        return Response({"results": [_result(partner.pk, each) for each in found]})

    def sandbox_post(self, request: Request) -> Response:
        """Compare with the made-up bank."""
        sent = _read(request)
        return Response({"results": sandbox_results(sent["signals"], sent["max_distance"])})


def _read(request: Request) -> dict[str, Any]:
    body = LookupBody(data=request.data)
    body.is_valid(raise_exception=True)
    sent: dict[str, Any] = body.validated_data
    return sent


def _result(partner_id: int, found: Sequence[Found]) -> dict[str, Any]:
    names = hash_ids(partner_id, (each.hash_pk for each in found))
    return {
        "matches": [
            {"id": name, "distance": each.distance, "confidence": each.confidence}
            for name, each in zip(names, found, strict=True)
        ]
    }
