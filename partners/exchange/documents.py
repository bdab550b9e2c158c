"""What the exchange answers, written down for the OpenAPI document. Its words are the protocol's."""

# ruff: noqa: N815
from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from hashes.signal_types import ImagePDQ
from partners.api.documents import SIGNALS, STATES


class ExchangeFeedback(serializers.Serializer[Any]):
    """What one platform, or the bank itself, says of a hash."""

    source = serializers.CharField()  # type: ignore[assignment]
    feedbackValue = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())


class HashRecord(serializers.Serializer[Any]):
    """The whole present state of one hash, in the exchange's words."""

    lastModtimestamp = serializers.IntegerField()
    signalType = serializers.ChoiceField(choices=SIGNALS)
    hashValue = serializers.CharField()
    hashStatus = serializers.ChoiceField(choices=STATES)
    caseNumbers = serializers.DictField(
        child=serializers.CharField(), help_text="Names that are different for every hash."
    )
    CSPFeedbacks = ExchangeFeedback(many=True)


class FetchAnswer(serializers.Serializer[Any]):
    """One page of hash records."""

    count = serializers.IntegerField()
    nextPageToken = serializers.CharField(allow_null=True)
    nextSetTimestamp = serializers.IntegerField(
        help_text="Begin here next time. It may repeat records and never skips one."
    )
    hasMoreRecords = serializers.BooleanField()
    hashRecords = HashRecord(many=True)


class SentFeedback(serializers.Serializer[Any]):
    """One record of SubmitFeedback. The signal type is told by the length of the value."""

    hashValue = serializers.CharField()
    feedbackValue = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField(), required=False)


class FeedbackBody(serializers.Serializer[Any]):
    """A batch of at most 1,000 records."""

    count = serializers.IntegerField()
    hashFeedbacks = SentFeedback(many=True)


class FeedbackAnswer(serializers.Serializer[Any]):
    """What was recorded. Unknown hashes may have been deleted since you fetched them."""

    count = serializers.IntegerField()
    recorded = serializers.IntegerField()
    unknownHashes = serializers.ListField(child=serializers.CharField())


class SubmittedFeedback(serializers.Serializer[Any]):
    """Your own feedback on a hash that you contribute."""

    feedbackValue = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField(), required=False)


class SubmittedRecord(serializers.Serializer[Any]):
    """A hash that you contribute. "StopNCIISignalType.ImagePDQ" is taken for "ImagePDQ"."""

    lastModtimestamp = serializers.IntegerField(required=False)
    signalType = serializers.CharField()
    hashValue = serializers.CharField()
    CSPFeedbacks = SubmittedFeedback(many=True, required=False)


class SubmissionBody(serializers.Serializer[Any]):
    """A batch of at most 1,000 records."""

    count = serializers.IntegerField()
    hashRecords = SubmittedRecord(many=True)


class SubmissionAnswer(serializers.Serializer[Any]):
    """How many records were taken."""

    count = serializers.IntegerField()


FETCH_EXAMPLE = OpenApiExample(
    "A page",
    value={
        "count": 1,
        "nextPageToken": None,
        "nextSetTimestamp": 1769860800,
        "hasMoreRecords": False,
        "hashRecords": [
            {
                "lastModtimestamp": 1769860800,
                "signalType": "ImagePDQ",
                "hashValue": ImagePDQ.examples[0],
                "hashStatus": "Active",
                "caseNumbers": {"1f6ab0c34d5e48f7a9b8c7d6e5f40312": "Active"},
                "CSPFeedbacks": [{"source": "A platform", "feedbackValue": "Blocked", "tags": []}],
            }
        ],
    },
)
FEEDBACK_EXAMPLE = OpenApiExample(
    "One record",
    request_only=True,
    value={
        "count": 1,
        "hashFeedbacks": [
            {"hashValue": ImagePDQ.examples[0], "feedbackValue": "Blocked", "tags": []}
        ],
    },
)
SUBMISSION_EXAMPLE = OpenApiExample(
    "One photo",
    request_only=True,
    value={
        "count": 1,
        "hashRecords": [
            {
                "lastModtimestamp": 1769860800,
                "signalType": "ImagePDQ",
                "hashValue": ImagePDQ.examples[0],
                "CSPFeedbacks": [{"feedbackValue": "Blocked", "tags": []}],
            }
        ],
    },
)
