"""`keys`: a platform's own keys, without asking anybody. The text of a key is answered once."""

import ipaddress
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api import documents
from partners.api.auth import key_of
from partners.api.base import PartnerView
from partners.api.fields import Body, Text, WholeNumber
from partners.api.idempotency import once
from partners.api.problems import Problem
from partners.models import ApiKey, Scope
from partners.moments import rfc3339, rfc3339_if
from partners.services import KeyEnded, make_key, revoke_key, rotate_key

LONGEST_OVERLAP = 30 * 24


class Network(Text):
    """A CIDR range."""

    def to_internal_value(self, data: Any) -> str:
        """Return the range in its usual form."""
        text = super().to_internal_value(data)
        try:
            return str(ipaddress.ip_network(text))
        except ValueError:
            raise serializers.ValidationError(
                "must be a range like 192.0.2.0/24 or 2001:db8::/32, without host bits."
            ) from None


class Label(Text):
    """A name that staff read beside others: nothing in it is unseen, or turns what follows round."""

    def to_internal_value(self, data: Any) -> str:
        """Return the label."""
        label = super().to_internal_value(data)
        if not label.isprintable():
            raise serializers.ValidationError("must be one line of characters that can be seen.")
        return label


class KeyBody(Body):
    """A key to be made. It can do no more than the key that makes it."""

    label = Label(max_length=80, allow_blank=True, default="")  # type: ignore[assignment]
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices), allow_empty=False, max_length=5
    )
    networks = serializers.ListField(child=Network(), max_length=50, default=list)
    sandbox = serializers.BooleanField(
        default=False, help_text="The key sees a made-up bank, and nothing it does is kept."
    )
    days = WholeNumber(min_value=1, max_value=3650, required=False, help_text="Until it expires.")


class RotationBody(Body):
    """How long the old key goes on working."""

    overlap_hours = WholeNumber(min_value=0, max_value=LONGEST_OVERLAP)


class Keys(PartnerView):
    """All keys of the partner."""

    scope = Scope.MANAGE
    problems = (409, 422)

    @extend_schema(
        operation_id="list_keys",
        tags=["Keys"],
        summary="Your keys",
        responses=documents.KeysAnswer,
        examples=[documents.KEYS_EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        """Without their texts, which nobody has but you."""
        rows = _seen_by(key_of(request)).order_by("pk")
        return Response({"keys": [_shown(row) for row in rows]})

    @extend_schema(
        operation_id="make_key",
        tags=["Keys"],
        summary="Make a key",
        parameters=[documents.IDEMPOTENCY_KEY],
        request=KeyBody,
        responses={201: documents.KeyAnswer},
        examples=[documents.KEY_BODY_EXAMPLE, documents.NEW_KEY_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """The text of the key is in this answer only: a repeated request is answered without it.
        Lost it? Revoke the key and make another.
        """
        return _once_with_text(request, "keys", lambda: _make(request))

    # Sandbox keys see and make sandbox keys only: see _seen_by and _make.
    sandbox_get, sandbox_post = get, post


class Key(PartnerView):
    """One key of the partner."""

    scope = Scope.MANAGE
    problems = (404,)

    @extend_schema(
        operation_id="revoke_key",
        tags=["Keys"],
        summary="Revoke a key",
        parameters=[documents.KEY_ID],
        responses={200: documents.KeyAnswer},
        examples=[documents.KEY_EXAMPLE],
    )
    def delete(self, request: Request, name: str) -> Response:
        """It opens nothing from the next request on."""
        key = _mine(request, name)
        revoke_key(key)
        return Response(_shown(key))

    sandbox_delete = delete


class KeyRotation(PartnerView):
    """A key's successor."""

    scope = Scope.MANAGE
    problems = (404, 409, 422)

    @extend_schema(
        operation_id="rotate_key",
        tags=["Keys"],
        summary="Replace a key",
        parameters=[documents.KEY_ID, documents.IDEMPOTENCY_KEY],
        request=RotationBody,
        responses={201: documents.KeyAnswer},
        examples=[documents.ROTATION_EXAMPLE, documents.NEW_KEY_EXAMPLE],
    )
    def post(self, request: Request, name: str) -> Response:
        """Makes a key that can do the same and lasts as long as the old one was made to last. Both work
        until the overlap ends; then only the new.
        """
        return _once_with_text(request, f"keys/{name}/rotate", lambda: _rotate(request, name))

    sandbox_post = post


def _once_with_text(
    request: Request, route: str, make: Callable[[], tuple[ApiKey, str]]
) -> Response:
    """Answer once as `once` does, and keep the key's text out of the answer that is kept."""
    texts = []

    def work() -> tuple[int, dict[str, Any]]:
        row, text = make()
        texts.append(text)
        return status.HTTP_201_CREATED, _shown(row)

    answer = once(request, route, work)
    if texts:
        answer.data["key"] = texts[0]
    return answer


def _make(request: Request) -> tuple[ApiKey, str]:
    body = KeyBody(data=request.data)
    body.is_valid(raise_exception=True)
    sent, mine = body.validated_data, key_of(request)
    networks = sent["networks"] or mine.networks
    excess = sorted(set(sent["scopes"]) - set(mine.scopes)) + _outside(mine, networks)
    if excess:
        raise Problem(403, f"This key can't give what it does not have: {', '.join(excess)}.")
    return make_key(
        mine.partner,
        scopes=sorted(set(sent["scopes"])),
        label=sent["label"],
        expires_at=_no_later(mine.expires_at, sent.get("days")),
        networks=networks,
        sandbox=mine.sandbox or sent["sandbox"],
    )


def _no_later(end: datetime | None, days: int | None) -> datetime | None:
    """A key that ends makes none that outlives it."""
    wanted = timezone.now() + timedelta(days=days) if days else None
    return min((moment for moment in (end, wanted) if moment), default=None)


def _rotate(request: Request, name: str) -> tuple[ApiKey, str]:
    body = RotationBody(data=request.data)
    body.is_valid(raise_exception=True)
    key = _mine(request, name)
    if _can_more(key, key_of(request)):
        raise Problem(403, "This key can't replace one that can do more than itself.")
    try:
        return rotate_key(key, timedelta(hours=body.validated_data["overlap_hours"]))
    except KeyEnded:
        raise Problem(404, "That key has ended: make a new one.") from None


def _can_more(key: ApiKey, than: ApiKey) -> bool:
    """Say whether a key reaches further than another, or lasts longer."""
    if set(key.scopes) - set(than.scopes):
        return True
    if than.networks and (not key.networks or _outside(than, key.networks)):
        return True
    return than.expires_at is not None and (
        key.expires_at is None or key.expires_at > than.expires_at
    )


def _outside(key: ApiKey, networks: Iterable[str]) -> list[str]:
    """Return the networks from which the key does not work itself."""
    own = [ipaddress.ip_network(each) for each in key.networks]
    return [each for each in networks if own and not _is_within(each, own)]


def _is_within(text: str, own: Iterable[IPv4Network | IPv6Network]) -> bool:
    network = ipaddress.ip_network(text)
    # Ranges of one version can be compared, and are.
    return any(
        network.version == each.version and network.subnet_of(each)  # type: ignore[arg-type]
        for each in own
    )


def _seen_by(key: ApiKey) -> QuerySet[ApiKey]:
    """The partner's keys; to a sandbox key, those of the sandbox."""
    keys = ApiKey.objects.filter(partner=key.partner)
    return keys.filter(sandbox=True) if key.sandbox else keys


def _mine(request: Request, name: str) -> ApiKey:
    key = _seen_by(key_of(request)).filter(public_id=name).first()
    if key is None:
        raise Problem(404, "You have no key of that id: see GET keys.")
    return key


def _shown(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.public_id,
        "label": key.label,
        "scopes": key.scopes,
        "networks": key.networks,
        "sandbox": key.sandbox,
        "created_at": rfc3339(key.created_at),
        "expires_at": rfc3339_if(key.expires_at),
        "revoked_at": rfc3339_if(key.revoked_at),
        "last_used_on": key.last_used_on.isoformat() if key.last_used_on else None,
    }
