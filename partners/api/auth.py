"""Who asks, and whether they may: API keys (RFC 6750 bearer tokens) and their scopes."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from ncii.lib.lanes import client_address
from partners.models import ApiKey, Partner
from partners.services import KeyRefused, open_key


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer nhb_…`. Gives the request `user` (the partner) and `auth` (its key)."""

    def authenticate(self, request: Request) -> tuple[Partner, ApiKey] | None:
        """Return the key's partner and the key; None without the header; raise on a bad key."""
        header = get_authorization_header(request).decode("latin-1")
        if not header:
            return None
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationFailed("Send the key as `Authorization: Bearer nhb_…`.")
        return authenticated(text.strip(), request)

    def authenticate_header(self, request: Request) -> str:
        """What a 401 says in WWW-Authenticate."""
        return 'Bearer realm="partners"'


def authenticated(text: str, request: Request) -> tuple[Partner, ApiKey]:
    """Return the partner and key behind a key's text; raise AuthenticationFailed."""
    try:
        key = open_key(text, client_address(request._request))
    except KeyRefused as refusal:
        raise AuthenticationFailed(str(refusal)) from None
    return key.partner, key


def still_good(request: Request) -> None:
    """Raise AuthenticationFailed if the key was revoked, or has expired, while the request waited."""
    KeyAuthentication().authenticate(request)


class HasScope(BasePermission):
    """The view's `scope` must be among the key's. A view that states none is shut."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return False without a key (401); raise PermissionDenied when the key lacks the scope."""
        if not isinstance(request.auth, ApiKey):
            return False
        scope: Any = getattr(view, "scope", None)
        if scope is None:
            raise PermissionDenied("No key may use this address.")
        if scope not in request.auth.scopes:
            raise PermissionDenied(f"This key lacks the scope `{scope}`: use one that has it.")
        return True


def partner_of(request: Request) -> Partner:
    """Return the partner whose key the request came with."""
    return key_of(request).partner


def key_of(request: Request) -> ApiKey:
    """Return the key that the request came with; TypeError where HasScope has not let it in."""
    if not isinstance(request.auth, ApiKey):
        raise TypeError("This view takes requests without a key.")
    return request.auth
