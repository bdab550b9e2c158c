"""Fields of bodies, read strictly: a number is a number, a text a text, a name nobody knows is
refused."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework import serializers

CLOCK_SKEW = timedelta(minutes=5)
MOST_TAGS = 20
LONGEST_TAG = 64
_TAG = re.compile(r"[A-Za-z0-9_:+=~-]+")
TAG_RULE = f"must be 1 to {LONGEST_TAG} characters of A-Z a-z 0-9 _ : + = ~ -"


class Body(serializers.Serializer[Any]):
    """An object without members that are not its fields."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated fields; raise ValidationError."""
        if isinstance(data, Mapping):
            for name in data:
                if name not in self.fields:
                    raise serializers.ValidationError({str(name)[:40]: ["is not known here."]})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A text; numbers are not taken for one."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text as it was sent."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WholeNumber(serializers.IntegerField):
    """A number; texts, fractions and truth values are not taken for one."""

    def to_internal_value(self, data: Any) -> int:
        """Return the number."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class PastMoment(serializers.DateTimeField):
    """An RFC 3339 moment with its offset, from the year 2000 on and not in the future."""

    def to_internal_value(self, value: Any) -> datetime:
        """Return the moment in UTC."""
        try:
            moment = parse_datetime(value) if isinstance(value, str) else None
            if moment is None or moment.tzinfo is None:
                raise ValueError
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise serializers.ValidationError(
                "must be a date and time with offset, like 2026-01-31T12:00:00Z."
            ) from None
        if moment.year < 2000 or moment > timezone.now() + CLOCK_SKEW:
            raise serializers.ValidationError("must lie between the year 2000 and now.")
        return moment


class Tag(Text):
    """One of the partner's own tags."""

    def to_internal_value(self, data: Any) -> str:
        """Return the tag."""
        tag = super().to_internal_value(data)
        if not is_tag(tag):
            raise serializers.ValidationError(f"{TAG_RULE}.")
        return tag


def is_tag(value: Any) -> bool:
    """Say whether the value can be a tag. Partners read each other's tags, so it is no address."""
    return isinstance(value, str) and len(value) <= LONGEST_TAG and bool(_TAG.fullmatch(value))
