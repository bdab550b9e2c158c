"""What the API answers, written down for the OpenAPI document. Answers are made by hand."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from hashes.columns import CONFIDENCES
from hashes.models import Confidence, Variant
from hashes.signal_types import SIGNAL_TYPES, ImagePDQ
from partners.api.parameters import LONGEST_PAGE, PAGE
from partners.api.waiting import LONGEST
from partners.models import BANK

SIGNALS = [(name, name) for name in SIGNAL_TYPES]
STATES = [(name, name) for name in ("Active", "Withdrawn", "Deleted")]
NAME = "8d5f1c0a9b3e47d2a6c4e8f07b1d2c39"
CURSOR = "WzEsNDIsMCwiIiwiIl0.3q2-7w"
NDJSON = "application/x-ndjson"


class Word(serializers.Serializer[Any]):
    """What one source says of a hash now."""

    source = serializers.CharField(  # type: ignore[assignment]
        help_text=f"A platform's name. `{BANK}` is the bank's own staff: Blocked, they looked at it "
        "and you get it; NotBlocked, they hold it back."
    )
    value = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())


class Change(serializers.Serializer[Any]):
    """The present state of one hash."""

    id = serializers.CharField(help_text="Your own name of the hash: other platforms have others.")
    signal = serializers.ChoiceField(choices=SIGNALS)
    value = serializers.CharField(help_text="Lower-case hex: 64 digits of PDQ, 32 of MD5.")
    state = serializers.ChoiceField(
        choices=STATES, help_text="Drop the hash from your list unless this is Active."
    )
    confidence = serializers.ChoiceField(
        choices=Confidence.choices,
        help_text="Follows from `feedback`: staff's word first; else `confirmed` if any platform says "
        "Blocked, `disputed` if only NotBlocked is said, `unverified` if neither.",
    )
    feedback = Word(many=True, help_text="Who says what of it: other platforms, and our staff.")
    variants = serializers.ListField(
        child=serializers.ChoiceField(choices=Variant.choices),
        help_text="Which pixels were hashed. Choose which of them you take.",
    )
    published_at = serializers.DateTimeField()


class ChangesAnswer(serializers.Serializer[Any]):
    """One page of the feed."""

    changes = Change(many=True)
    next = serializers.CharField(help_text="Keep it: it is `after` of your next request.")
    more = serializers.BooleanField(help_text="Whether the next page has something already.")


class MatchAnswer(serializers.Serializer[Any]):
    """A match report that was kept."""

    id = serializers.CharField(help_text="Our name of your report.")
    hash = serializers.CharField(help_text="Your id of the hash.")
    received_at = serializers.DateTimeField()


class VerdictAnswer(serializers.Serializer[Any]):
    """The verdict as it now stands."""

    id = serializers.CharField()
    value = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())


class ContributedHash(serializers.Serializer[Any]):
    """A hash that is yours in the bank."""

    id = serializers.CharField()
    signal = serializers.ChoiceField(choices=SIGNALS)
    value = serializers.CharField()


class ContributionAnswer(serializers.Serializer[Any]):
    """Your hashes, in the order in which you sent them."""

    hashes = ContributedHash(many=True)


class KeyAnswer(serializers.Serializer[Any]):
    """A key of yours. `key` is its text, in the one answer that makes it, and never again."""

    id = serializers.CharField()
    key = serializers.CharField(required=False)
    label = serializers.CharField()  # type: ignore[assignment]
    scopes = serializers.ListField(child=serializers.CharField())
    networks = serializers.ListField(child=serializers.CharField())
    sandbox = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    last_used_on = serializers.DateField(allow_null=True)


class KeysAnswer(serializers.Serializer[Any]):
    """All keys of yours, revoked ones too."""

    keys = KeyAnswer(many=True)


class Withdrawal(serializers.Serializer[Any]):
    """A hash that you may still hold and must drop."""

    id = serializers.CharField()
    signal = serializers.ChoiceField(choices=SIGNALS)
    value = serializers.CharField()
    since = serializers.DateTimeField()


class WithdrawalsAnswer(serializers.Serializer[Any]):
    """Withdrawals that are due, oldest first."""

    due = Withdrawal(many=True)


class AcknowledgementAnswer(serializers.Serializer[Any]):
    """How many of them are withdrawn hashes."""

    acknowledged = serializers.IntegerField()


AFTER = OpenApiParameter(
    "after", str, description="`next` of your last page. Without it you get the whole bank."
)
LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": PAGE},
    description="Changes in a page.",
)
WAIT = OpenApiParameter(
    "wait",
    {"type": "integer", "minimum": 0, "maximum": LONGEST, "default": 0},
    description="Seconds to wait for news when there is none. The answer may come sooner.",
)
SIGNAL = OpenApiParameter("signal", str, enum=list(SIGNAL_TYPES))
CONFIDENCE = OpenApiParameter("confidence", str, enum=list(CONFIDENCES))
VARIANT = OpenApiParameter(
    "variant",
    {
        "type": "array",
        "items": {"type": "string", "enum": list(Variant.values)},
        "minItems": 1,
        "uniqueItems": True,
    },
    explode=False,
    description=(
        "Only hashes made of one of these. One that no longer is of any of them comes once more, "
        "as Withdrawn."
    ),
)
HASH_ID = OpenApiParameter(
    "name", str, OpenApiParameter.PATH, description="Your id of the hash, from the feed."
)
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="New for each request, the same when you repeat one. Kept for 24 hours.",
    examples=[OpenApiExample("UUID", value="6f1b0f5e-6f0b-4f3a-9a51-0c9d0d2b7c11")],
)

KEY_ID = OpenApiParameter("name", str, OpenApiParameter.PATH, description="The key's id.")
_KEY = {
    "id": "mzrw6ylvojzg",
    "label": "crawler",
    "scopes": ["feed", "report"],
    "networks": ["192.0.2.0/24"],
    "sandbox": False,
    "created_at": "2026-01-31T12:00:00Z",
    "expires_at": None,
    "revoked_at": None,
    "last_used_on": "2026-02-01",
}
NEW_KEY_EXAMPLE = OpenApiExample(
    "A key", response_only=True, status_codes=["201"], value=_KEY | {"key": "nhb_…"}
)
KEY_EXAMPLE = OpenApiExample("A key", response_only=True, value=_KEY)
KEYS_EXAMPLE = OpenApiExample("Keys", response_only=True, value={"keys": [_KEY]})
KEY_BODY_EXAMPLE = OpenApiExample(
    "A key for the crawler",
    request_only=True,
    value={"label": "crawler", "scopes": ["feed", "report"], "days": 365},
)
ROTATION_EXAMPLE = OpenApiExample(
    "Both work for a day", request_only=True, value={"overlap_hours": 24}
)

CHANGE_EXAMPLE = {
    "id": NAME,
    "signal": "ImagePDQ",
    "value": ImagePDQ.examples[0],
    "state": "Active",
    "confidence": "confirmed",
    "feedback": [{"source": BANK, "value": "Blocked", "tags": []}],
    "variants": ["as-displayed"],
    "published_at": "2026-01-31T12:00:00.123456Z",
}
CHANGE_LINE_EXAMPLE = OpenApiExample("A line", value=CHANGE_EXAMPLE, media_type=NDJSON)
CHANGES_EXAMPLE = OpenApiExample(
    "A page", value={"changes": [CHANGE_EXAMPLE], "next": CURSOR, "more": False}
)
MATCH_EXAMPLE = OpenApiExample(
    "A match",
    request_only=True,
    value={
        "id": NAME,
        "distance": 8,
        "matched_at": "2026-01-31T12:00:00Z",
        "reference": "upload-4711",
        "action": "review",
    },
)
VERDICT_EXAMPLE = OpenApiExample(
    "A verdict", request_only=True, value={"value": "Blocked", "tags": ["reviewed"]}
)
CONTRIBUTION_EXAMPLE = OpenApiExample(
    "One photo",
    request_only=True,
    value={
        "hashes": [
            {
                "signal": "ImagePDQ",
                "value": ImagePDQ.examples[0],
                "quality": 87,
                "verdict": "Blocked",
            }
        ]
    },
)
WITHDRAWALS_EXAMPLE = OpenApiExample(
    "One",
    value={
        "due": [
            {
                "id": NAME,
                "signal": "ImagePDQ",
                "value": ImagePDQ.examples[0],
                "since": "2026-01-31T12:00:00.123456Z",
            }
        ]
    },
)
ACKNOWLEDGEMENT_EXAMPLE = OpenApiExample("One", request_only=True, value={"ids": [NAME]})
