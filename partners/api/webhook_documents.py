"""What is sent and answered about webhooks: read strictly, and written down for OpenAPI."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from partners.api.documents import NAME
from partners.api.fields import Body, PastMoment, Text
from partners.models import EndpointState, Event

_MESSAGE = "msg_k3v5jzq2m7x4c6b8n9t0r1w2ya"
_SECRET = "whsec_c2VjcmV0IG9mIGFuIGV4YW1wbGUsIG5vdCBhIHJlYWwgb25l"  # noqa: S105 - an example


class WebhookBody(Body):
    """A new endpoint."""

    url = Text(max_length=500, help_text="https, on port 443, at public addresses.")
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=Event.choices),
        required=False,
        default=list,
        max_length=len(Event.values),
        help_text="What it wants to hear. Empty: everything.",
    )


class EmptyBody(Body):
    """Nothing is sent: an empty object."""


class TestBody(Body):
    """An empty object, or with a sandbox key the event to make up."""

    event = serializers.ChoiceField(
        choices=Event.choices,
        required=False,
        default=Event.WEBHOOK_TEST.value,
        help_text="Other than webhook.test: with sandbox keys only.",
    )


class ReplayBody(Body):
    """One message by `id`, or all that were written from `since` to `until`."""

    id = Text(required=False, max_length=40, help_text="The message's webhook-id.")
    since = PastMoment(required=False)
    until = PastMoment(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Raise ValidationError unless messages are named in one way."""
        by_time = {"since", "until"} & attrs.keys()
        if ("id" in attrs) == bool(by_time) or len(by_time) == 1:
            raise serializers.ValidationError(
                "Name one message by id, or a time by since and until."
            )
        if by_time and attrs["since"] > attrs["until"]:
            raise serializers.ValidationError("since must not be after until.")
        return attrs


class WebhookAnswer(serializers.Serializer[Any]):
    """An endpoint."""

    id = serializers.CharField(help_text="Your own name of the endpoint.")
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=Event.choices))
    state = serializers.ChoiceField(choices=EndpointState.choices)
    disabled_because = serializers.CharField(help_text="Empty unless it is disabled.")
    failing_since = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class WebhooksAnswer(serializers.Serializer[Any]):
    """Your endpoints."""

    webhooks = WebhookAnswer(many=True)


class NewWebhookAnswer(WebhookAnswer):
    """A new endpoint, with its secret."""

    secret = serializers.CharField(help_text="Shown once: verify signatures with it.")


class SecretAnswer(serializers.Serializer[Any]):
    """A new secret of an endpoint."""

    id = serializers.CharField()
    secret = serializers.CharField()
    previous_until = serializers.DateTimeField(
        help_text="Until then the secret before it signs as well."
    )


class TestAnswer(serializers.Serializer[Any]):
    """A test message on its way."""

    message = serializers.CharField(help_text="Its webhook-id.")


class ReplayAnswer(serializers.Serializer[Any]):
    """Messages on their way again."""

    replayed = serializers.IntegerField(
        help_text="At most 1,000 at once: go on with a later since."
    )


ENDPOINT = OpenApiParameter(
    "name", str, OpenApiParameter.PATH, description="Your id of the endpoint."
)
_WEBHOOK = {
    "id": NAME,
    "url": "https://hooks.example.com/ncii",
    "events": ["hashes.published", "hashes.withdrawn"],
    "state": "active",
    "disabled_because": "",
    "failing_since": None,
    "created_at": "2026-01-31T12:00:00Z",
}


def _example(name: str, value: dict[str, Any], *, sent: bool = False) -> OpenApiExample:
    codes = None if sent else ["200", "201", "202"]
    return OpenApiExample(
        name, value=value, request_only=sent, response_only=not sent, status_codes=codes
    )


LIST_EXAMPLES = [_example("Yours", {"webhooks": [_WEBHOOK]})]
ONE_EXAMPLES = [_example("An endpoint", _WEBHOOK)]
NEW_EXAMPLES = [
    _example("An endpoint", {k: _WEBHOOK[k] for k in ("url", "events")}, sent=True),
    _example("It is made", _WEBHOOK | {"secret": _SECRET}),
]
TEST_EXAMPLES = [
    _example("A test", {}, sent=True),
    _example("On its way", {"message": _MESSAGE}),
]
SECRET_EXAMPLES = [
    _example(
        "A new secret",
        {"id": NAME, "secret": _SECRET, "previous_until": "2026-02-01T12:00:00Z"},
    )
]
REPLAY_EXAMPLES = [
    _example("One message", {"id": _MESSAGE}, sent=True),
    _example(
        "A time", {"since": "2026-01-30T00:00:00Z", "until": "2026-01-31T00:00:00Z"}, sent=True
    ),
    _example("On their way", {"replayed": 3}),
]
