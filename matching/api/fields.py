"""What a platform sends about a match or a hash."""

import re
from typing import Any

from rest_framework import serializers

from hashes.signal_types import SIGNAL_TYPES, SignalError, signal_type
from matching.models import Action, Reason
from partners.api.fields import MOST_TAGS, Body, PastMoment, Tag, Text, WholeNumber
from partners.models import FeedbackValue

FARTHEST = 256
LONGEST_NOTE = 280
# No dot, slash, colon, at or per cent sign: no address of anything can be written with these.
_REFERENCE = re.compile(r"[A-Za-z0-9_+=~-]{1,128}")


class Reference(Text):
    """The platform's own opaque name of the content. A link to it is the last thing we want."""

    def to_internal_value(self, data: Any) -> str:
        """Return the reference."""
        reference = super().to_internal_value(data)
        if not _REFERENCE.fullmatch(reference):
            raise serializers.ValidationError(
                "must be 1 to 128 characters of A-Z a-z 0-9 _ + = ~ -. Send an opaque name that "
                "only you can resolve, never an address."
            )
        return reference


class MatchBody(Body):
    """A match: the hash by `id`, or by `signal` and `value`."""

    id = Text(required=False, max_length=64)
    signal = serializers.ChoiceField(choices=list(SIGNAL_TYPES), required=False)
    value = Text(required=False, max_length=64)
    distance = WholeNumber(min_value=0, max_value=FARTHEST)
    matched_at = PastMoment()
    reference = Reference(required=False)
    action = serializers.ChoiceField(choices=Action.choices)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raise ValidationError unless the hash is named in one way, and well."""
        by_signal = {"signal", "value"} & attrs.keys()
        if ("id" in attrs) == bool(by_signal) or len(by_signal) == 1:
            raise serializers.ValidationError("Name the hash by id, or by signal and value.")
        if by_signal:
            try:
                signal_type(attrs["signal"]).validate(attrs["value"])
            except SignalError as error:
                raise serializers.ValidationError({"value": [str(error)]}) from None
        return attrs


class VerdictBody(Body):
    """A platform's verdict on a hash, in the exchange's words."""

    value = serializers.ChoiceField(choices=FeedbackValue.choices)
    tags = serializers.ListField(child=Tag(), max_length=MOST_TAGS, required=False, default=list)


# Words and what stands between them. An address needs a dot or an at sign inside a word.
_NOTE = re.compile(r"[\w ,;:!?()'’\"%+\n-]|\.(?=\s|$|\.)")


class Note(Text):
    """A few words for staff. No address can be written in it."""

    def to_internal_value(self, data: Any) -> str:
        """Return the note without space around it."""
        note = super().to_internal_value(data)
        if _NOTE.sub("", note):
            raise serializers.ValidationError(
                "may hold words, numbers and common punctuation only. Give no address and no name: "
                "what you need to show us, send to your partner manager."
            )
        return note


class DisputeBody(Body):
    """Why a hash should not be in the bank."""

    reason = serializers.ChoiceField(
        choices=Reason.choices,
        help_text="; ".join(f"`{value}`: {label}" for value, label in Reason.choices) + ".",
    )
    note = Note(required=False, allow_blank=True, default="", max_length=LONGEST_NOTE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raise ValidationError for `other` without a note."""
        if attrs["reason"] == Reason.OTHER and not attrs["note"]:
            raise serializers.ValidationError({"note": ["is needed with the reason `other`."]})
        return attrs
