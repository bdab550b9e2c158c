"""The plain lists: of bare columns, of what a change holds, of what a record of the exchange holds.

The bank's own verdict is left out of the last two: it is none of the rows that are measured, and a
plain list without it is the faster one.
"""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.renderers import JSONRenderer

from hashes.models import Claim, Hash, variants_of
from partners.api.auth import HasScope, KeyAuthentication
from partners.models import Feedback, Scope

_OF_BOTH = ("signal", "value", "published_state", "published_at")


class PlainHash(serializers.ModelSerializer[Hash]):
    """A row of the table: seven columns."""

    class Meta:
        model = Hash
        fields: Any = ("id", "confidence", "variants", *_OF_BOTH)


class PlainWord(serializers.ModelSerializer[Feedback]):
    """What one platform says of a hash."""

    source = serializers.CharField(source="partner.name")  # type: ignore[assignment]

    class Meta:
        model = Feedback
        fields = ("source", "value", "tags")


class PlainChange(PlainHash):
    """The same eight facts as an element of `hashes/changes`."""

    feedback = PlainWord(many=True)
    variants = serializers.SerializerMethodField()

    class Meta(PlainHash.Meta):
        fields = (*PlainHash.Meta.fields, "feedback")

    def get_variants(self, held: Hash) -> list[str]:
        """Return the names of the variants."""
        return variants_of(held.variants)


class PlainClaim(serializers.ModelSerializer[Claim]):
    """Who holds a hash, and whether still."""

    class Meta:
        model = Claim
        fields = ("id", "withdrawn_on")


class PlainRecord(serializers.ModelSerializer[Hash]):
    """The same six facts as a record of FetchHashes."""

    feedback = PlainWord(many=True)
    claims = PlainClaim(many=True)

    class Meta:
        model = Hash
        fields = (*_OF_BOTH, "feedback", "claims")


class Columns(ListAPIView[Hash]):
    """A page of rows: one query."""

    authentication_classes = (KeyAuthentication,)
    permission_classes = (HasScope,)
    renderer_classes = (JSONRenderer,)
    pagination_class = None
    scope = Scope.FEED
    serializer_class: Any = PlainHash

    def get_queryset(self) -> QuerySet[Hash]:
        """Return the page after a place."""
        asked = self.request.query_params
        return Hash.objects.filter(seq__gt=int(asked["after"])).order_by("seq")[
            : int(asked["limit"])
        ]


class Changes(Columns):
    """A page of what changes hold: three queries."""

    serializer_class = PlainChange

    def get_queryset(self) -> QuerySet[Hash]:
        """Return the page after a place."""
        return super().get_queryset().prefetch_related("feedback__partner")


class Records(Columns):
    """A page of what records hold: four queries."""

    serializer_class = PlainRecord

    def get_queryset(self) -> QuerySet[Hash]:
        """Return the page after a place."""
        return super().get_queryset().prefetch_related("feedback__partner", "claims")
