"""The exchange's two headers, both of which name the partner's key."""

import hmac

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from partners.api.auth import authenticated
from partners.models import ApiKey, Partner

SUBSCRIPTION = "Ocp-Apim-Subscription-Key"
FUNCTION = "x-functions-key"


class ExchangeKeyAuthentication(BaseAuthentication):
    """`Ocp-Apim-Subscription-Key` is the key; `x-functions-key` is the same, empty or absent."""

    def authenticate(self, request: Request) -> tuple[Partner, ApiKey] | None:
        """Return the key's partner and the key; None without the header; raise on a bad key."""
        text = request.headers.get(SUBSCRIPTION, "").strip()
        function = request.headers.get(FUNCTION, "").strip()
        if not text:
            return None
        if function and not hmac.compare_digest(text.encode(), function.encode()):
            raise AuthenticationFailed(
                f"{FUNCTION} must be the same key as {SUBSCRIPTION}, or empty."
            )
        return authenticated(text, request)

    def authenticate_header(self, request: Request) -> str:
        """What a 401 says in WWW-Authenticate."""
        return f'ApiKey realm="exchange", header="{SUBSCRIPTION}"'
