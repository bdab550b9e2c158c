"""How the OpenAPI document describes what all addresses share: keys, refusals, headers."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from partners.api.problems import CONTENT_TYPE, TITLES

COMMON = (400, 401, 403, 406, 429, 500, 503)
WITH_BODY = (413, 415)
_HEADERS = {
    "X-Request-ID": {
        "description": "Name it when you ask us about this answer.",
        "schema": {"type": "string"},
    },
    "RateLimit-Limit": {
        "description": "Requests that you may make in a minute, with all your keys together.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Remaining": {
        "description": "How many of them are left.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Reset": {
        "description": "Seconds until you may make as many again.",
        "schema": {"type": "integer"},
    },
}
_RETRY_AFTER = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}


class ProblemErrorDocument(serializers.Serializer[Any]):
    """One thing that is wrong."""

    parameter = serializers.CharField(required=False, help_text="The query parameter.")
    pointer = serializers.CharField(required=False, help_text="The place in the body (RFC 6901).")
    detail = serializers.CharField()


class ProblemDocument(serializers.Serializer[Any]):
    """A refusal (RFC 9457). `detail` says what to do."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = ProblemErrorDocument(many=True, required=False)  # type: ignore[assignment]


class KeyScheme(OpenApiAuthenticationExtension):
    """The native API's key."""

    target_class = "partners.api.auth.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "nhb_…"}


class ExchangeKeyScheme(OpenApiAuthenticationExtension):
    """The exchange's key."""

    target_class = "partners.exchange.auth.ExchangeKeyAuthentication"
    name = "exchangeKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """A header of its own."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Ocp-Apim-Subscription-Key",
            "description": "Your key. `x-functions-key` may repeat it, or be empty.",
        }


class PartnerSchema(AutoSchema):
    """Adds to every operation the refusals that any of them may answer."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if direction != "response":
            return bodies
        codes = {*COMMON, *getattr(self.view, "problems", ())}
        if self.method in ("POST", "PUT", "PATCH"):
            codes |= set(WITH_BODY)
        for code in sorted(codes):
            bodies[str(code)] = self._refusal(code)
        for code, body in bodies.items():
            again = _RETRY_AFTER if code in ("409", "429", "503") else {}
            body["headers"] = _HEADERS | again | body.get("headers", {})
        return dict(sorted(bodies.items()))

    def _refusal(self, code: int) -> dict[str, Any]:
        problem = self.resolve_serializer(ProblemDocument, "response")
        example = {"type": "about:blank", "title": TITLES[code], "status": code, "detail": "…"}
        return {
            "description": TITLES[code],
            "content": {CONTENT_TYPE: {"schema": problem.ref, "example": example}},
        }
