"""`webhooks`: partners look after their endpoints themselves.

A sandbox key has endpoints of its own, apart from those that hear of the bank: the same handlers
serve both, and each finds its own kind only (`_mine`).
"""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from ncii.celery import wake
from ncii.lib.outbound import Refused, check_url
from partners.api import webhook_documents as documents
from partners.api.auth import key_of, partner_of
from partners.api.base import PartnerView
from partners.api.documents import IDEMPOTENCY_KEY
from partners.api.idempotency import once
from partners.api.problems import BadField, Problem
from partners.models import EndpointState, Event, Partner, Scope, WebhookEndpoint
from partners.moments import rfc3339, rfc3339_if
from partners.pseudonyms import endpoint_id
from partners.tasks import deliver
from partners.webhooks.endpoints import (
    NotRung,
    add_endpoint,
    deliveries_between,
    endpoint_named,
    endpoints_of,
    make_up,
    remove,
    replay_all,
    rotate_secret,
    send_test,
)

MOST = 10


class Webhooks(PartnerView):
    """All endpoints of the partner."""

    scope = Scope.MANAGE
    problems = (409, 422)

    @extend_schema(
        operation_id="list_webhooks",
        tags=["Webhooks"],
        summary="List your endpoints",
        responses=documents.WebhooksAnswer,
        examples=documents.LIST_EXAMPLES,
    )
    def get(self, request: Request) -> Response:
        """Those that are disabled say why. Secrets are not shown again."""
        return Response({"webhooks": [shown(each) for each in _mine(request)]})

    sandbox_get = get

    @extend_schema(
        operation_id="add_webhook",
        tags=["Webhooks"],
        summary="Add an endpoint",
        parameters=[IDEMPOTENCY_KEY],
        request=documents.WebhookBody,
        responses={201: documents.NewWebhookAnswer},
        examples=documents.NEW_EXAMPLES,
    )
    def post(self, request: Request) -> Response:
        """We ring it when there is news: see the guide to webhooks. Keep the secret: it is shown
        in this answer only.
        """
        answer = once(request, "webhooks", lambda: self._add(request))
        return _with_secret(answer, request)

    sandbox_post = post

    def _add(self, request: Request) -> tuple[int, dict[str, Any]]:
        sent = _read(documents.WebhookBody, request)
        try:
            check_url(sent["url"], may_be_local=settings.WEBHOOKS_MAY_BE_LOCAL)
        except Refused as refused:
            raise BadField("/url", str(refused)) from None
        # Locked, so that endpoints added at once are counted one after the other.
        partner = Partner.objects.select_for_update(no_key=True).get(pk=partner_of(request).pk)
        if len(_mine(request)) >= MOST:
            raise Problem(409, f"You have {MOST} endpoints: remove one first.")
        sandbox = key_of(request).sandbox
        endpoint, _ = add_endpoint(partner, sent["url"], sent["events"], sandbox=sandbox)
        return status.HTTP_201_CREATED, shown(endpoint)


class Webhook(PartnerView):
    """One endpoint."""

    scope = Scope.MANAGE
    problems = (404,)

    @extend_schema(
        operation_id="get_webhook",
        tags=["Webhooks"],
        summary="Look at an endpoint",
        parameters=[documents.ENDPOINT],
        responses=documents.WebhookAnswer,
        examples=documents.ONE_EXAMPLES,
    )
    def get(self, request: Request, name: str) -> Response:
        """Whether we ring it, and since when it fails, if it does."""
        return Response(shown(_endpoint(request, name)))

    sandbox_get = get

    @extend_schema(
        operation_id="remove_webhook",
        tags=["Webhooks"],
        summary="Remove an endpoint",
        parameters=[documents.ENDPOINT],
        responses={200: documents.WebhookAnswer},
        examples=documents.ONE_EXAMPLES,
    )
    def delete(self, request: Request, name: str) -> Response:
        """It is rung no more, and what was still due to it is dropped."""
        endpoint = _endpoint(request, name)
        remove(endpoint)
        endpoint.refresh_from_db()
        return Response(shown(endpoint))

    sandbox_delete = delete


class WebhookTest(PartnerView):
    """A test message to one endpoint."""

    scope = Scope.MANAGE
    problems = (404, 409, 422)

    @extend_schema(
        operation_id="test_webhook",
        tags=["Webhooks"],
        summary="Send a test message",
        parameters=[documents.ENDPOINT, IDEMPOTENCY_KEY],
        request=documents.TestBody,
        responses={202: documents.TestAnswer},
        examples=documents.TEST_EXAMPLES,
    )
    def post(self, request: Request, name: str) -> Response:
        """`webhook.test` goes out within seconds, whichever events the endpoint wants. With a
        sandbox key any event can be made up.
        """
        answer = once(request, f"webhooks/{name}/test", lambda: self._send(request, name))
        wake(deliver)
        return answer

    sandbox_post = post

    def _send(self, request: Request, name: str) -> tuple[int, dict[str, Any]]:
        event = Event(_read(documents.TestBody, request)["event"])
        endpoint = _active(request, name)
        try:
            if endpoint.sandbox:
                delivery = make_up(endpoint, event)
            elif event == Event.WEBHOOK_TEST:
                delivery = send_test(endpoint)
            else:
                raise BadField("/event", "Only a sandbox key can make this event up.")
        except NotRung:
            raise _disabled() from None
        return status.HTTP_202_ACCEPTED, {"message": delivery.message_id}


class WebhookSecret(PartnerView):
    """A new secret for one endpoint."""

    scope = Scope.MANAGE
    problems = (404, 409, 422)

    @extend_schema(
        operation_id="rotate_webhook_secret",
        tags=["Webhooks"],
        summary="Replace an endpoint's secret",
        parameters=[documents.ENDPOINT, IDEMPOTENCY_KEY],
        request=documents.EmptyBody,
        responses=documents.SecretAnswer,
        examples=documents.SECRET_EXAMPLES,
    )
    def post(self, request: Request, name: str) -> Response:
        """For 24 hours messages carry two signatures, one under each secret."""
        answer = once(request, f"webhooks/{name}/secret", lambda: self._rotate(request, name))
        return _with_secret(answer, request)

    sandbox_post = post

    def _rotate(self, request: Request, name: str) -> tuple[int, dict[str, Any]]:
        _read(documents.EmptyBody, request)
        endpoint = _endpoint(request, name)
        rotate_secret(endpoint)
        endpoint.refresh_from_db()
        until = rfc3339_if(endpoint.previous_secret_until)
        return status.HTTP_200_OK, {"id": name, "previous_until": until}


class WebhookReplay(PartnerView):
    """Messages to one endpoint, once more."""

    scope = Scope.MANAGE
    problems = (404, 409, 422)

    @extend_schema(
        operation_id="replay_webhook",
        tags=["Webhooks"],
        summary="Send messages again",
        parameters=[documents.ENDPOINT, IDEMPOTENCY_KEY],
        request=documents.ReplayBody,
        responses={202: documents.ReplayAnswer},
        examples=documents.REPLAY_EXAMPLES,
    )
    def post(self, request: Request, name: str) -> Response:
        """One message by its `id`, or all that were written from `since` to `until`. They keep
        their webhook-id. Messages are kept for 30 days.
        """
        answer = once(request, f"webhooks/{name}/replay", lambda: self._replay(request, name))
        wake(deliver)
        return answer

    sandbox_post = post

    def _replay(self, request: Request, name: str) -> tuple[int, dict[str, Any]]:
        sent = _read(documents.ReplayBody, request)
        endpoint = _active(request, name)
        if "id" in sent:
            chosen = list(endpoint.deliveries.filter(message_id=sent["id"]))
            if not chosen:
                raise Problem(404, "No such message was written to this endpoint lately.")
        else:
            chosen = deliveries_between(endpoint, sent["since"], sent["until"])
        return status.HTTP_202_ACCEPTED, {"replayed": len(replay_all(chosen))}


def shown(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """Return an endpoint as its partner sees it, without its secret."""
    return {
        "id": endpoint_id(endpoint.partner_id, endpoint.pk),
        "url": endpoint.url,
        "events": endpoint.events,
        "state": endpoint.state,
        "disabled_because": endpoint.disabled_because,
        "failing_since": rfc3339_if(endpoint.failing_since),
        "created_at": rfc3339(endpoint.created_at),
    }


def _mine(request: Request) -> list[WebhookEndpoint]:
    return endpoints_of(partner_of(request), sandbox=key_of(request).sandbox)


def _named(request: Request, name: str) -> WebhookEndpoint | None:
    return endpoint_named(partner_of(request), name, sandbox=key_of(request).sandbox)


def _with_secret(answer: Response, request: Request) -> Response:
    """Add the secret to what goes out: the answer kept for repetition must not hold it."""
    endpoint = _named(request, answer.data["id"])
    answer.data["secret"] = endpoint.secret if endpoint else ""
    return answer


def _read(body: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    sent = body(data=request.data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


def _endpoint(request: Request, name: str) -> WebhookEndpoint:
    endpoint = _named(request, name)
    if endpoint is None:
        raise Problem(404, "You have no such endpoint: it may have been removed.")
    return endpoint


def _active(request: Request, name: str) -> WebhookEndpoint:
    endpoint = _endpoint(request, name)
    if endpoint.state != EndpointState.ACTIVE:
        raise _disabled()
    return endpoint


def _disabled() -> Problem:
    return Problem(409, "The endpoint is disabled: remove it, and add it again once it works.")
