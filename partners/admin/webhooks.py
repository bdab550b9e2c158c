"""Webhook endpoints and deliveries: health, attempts, replay."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from ncii.celery import wake
from ncii.lib.outbound import Refused, check_url
from ncii.staff.readonly import OnlyOffered, ReadOnly, ReadOnlyInline
from ncii.staff.secrets import shown_once
from partners.models import Attempt, Delivery, EndpointState, Event, WebhookEndpoint
from partners.tasks import deliver
from partners.webhooks.endpoints import (
    REPLAYED_AT_ONCE,
    add_endpoint,
    enable,
    replay_all,
    rotate_secret,
    send_test,
)
from partners.webhooks.recording import disable

BY_STAFF = "Switched off by staff."


class EndpointForm(forms.ModelForm):
    """What is chosen for a new endpoint."""

    url = forms.URLField(max_length=500, assume_scheme="https")
    events = forms.MultipleChoiceField(
        choices=Event.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="None chosen: all of them.",
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("partner", "url", "events")

    def clean_url(self) -> str:
        """Refuse an address that the bank does not send to."""
        url: str = self.cleaned_data["url"]
        try:
            check_url(url, may_be_local=settings.WEBHOOKS_MAY_BE_LOCAL)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None
        return url


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(OnlyOffered, admin.ModelAdmin):
    """The secret is shown when it is made and when it is changed, and never again."""

    form = EndpointForm
    list_display = ("__str__", "partner", "url", "sandbox", "state", "failing_since")
    list_filter = ("state", "partner")
    list_select_related = ("partner",)
    ordering = ("partner__name", "pk")
    actions = ("enable_selected", "disable_selected", "test_selected")
    change_form_template = "admin/partners/webhookendpoint/change_form.html"

    def get_fields(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> Any:
        """Ask for a new endpoint's properties; show an endpoint's."""
        if obj is None:
            return ("partner", "url", "events")
        return (
            *("partner", "url", "event_names", "sandbox", "state", "disabled_because"),
            *("failing_since", "created_at", "previous_secret_until"),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: WebhookEndpoint | None = None) -> Any:
        """An endpoint is made and switched, never edited: its address was checked as it was."""
        return () if obj is None else self.get_fields(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Use the plain form where there is nothing to choose."""
        if obj is not None:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    @admin.display(description="events")
    def event_names(self, endpoint: WebhookEndpoint) -> str:
        """List the events."""
        return ", ".join(endpoint.events) or "all"

    def has_delete_permission(
        self, request: HttpRequest, obj: WebhookEndpoint | None = None
    ) -> bool:
        """Nobody: its deliveries are the record of what the partner was told."""
        return False

    def save_model(
        self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: bool
    ) -> None:
        """Let the service make the endpoint, and keep its secret for this one answer."""
        if change:
            return
        chosen = form.cleaned_data
        made, secret = add_endpoint(chosen["partner"], chosen["url"], chosen["events"])
        obj.pk = made.pk
        request.made_secret = secret  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: WebhookEndpoint, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the secret instead of going on."""
        return self._show(request, obj, request.made_secret)  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        """Add the change of a secret."""
        view = self.admin_site.admin_view(self.new_secret)
        name = "partners_webhookendpoint_new_secret"
        return [path("<int:pk>/new-secret/", view, name=name), *super().get_urls()]

    def new_secret(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Rotate the secret: both sign for a day."""
        endpoint = self.get_object(request, str(pk))
        if request.method != "POST" or endpoint is None:
            return HttpResponseRedirect(reverse("admin:partners_webhookendpoint_changelist"))
        if not self.has_change_permission(request, endpoint):
            raise PermissionDenied
        secret = rotate_secret(endpoint)
        self.log_change(request, endpoint, "Secret changed.")
        return self._show(request, endpoint, secret)

    def _show(self, request: HttpRequest, endpoint: WebhookEndpoint, secret: str) -> HttpResponse:
        return shown_once(
            request,
            title="Webhook secret",
            owner=str(endpoint),
            secret=secret,
            back=reverse("admin:partners_webhookendpoint_changelist"),
        )

    def _act(
        self,
        request: HttpRequest,
        chosen: QuerySet[WebhookEndpoint],
        act: Callable[[WebhookEndpoint], object],
        said: str,
    ) -> None:
        """Do it to each; the audit comes last, as everywhere."""
        endpoints = list(chosen.order_by("pk"))
        for endpoint in endpoints:
            act(endpoint)
        for endpoint in endpoints:
            self.log_change(request, endpoint, said)

    @admin.action(description="Switch on", permissions=["change"])
    def enable_selected(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        """Ring again; what was missed comes as one bell."""
        self._act(request, queryset, enable, "Switched on.")

    @admin.action(description="Switch off", permissions=["change"])
    def disable_selected(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        """Ring no more."""
        active = queryset.filter(state=EndpointState.ACTIVE)
        self._act(request, active, lambda endpoint: disable(endpoint, BY_STAFF), "Switched off.")

    @admin.action(description="Send a test message", permissions=["change"])
    def test_selected(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        """Write a test delivery to each that is rung."""
        rung = queryset.filter(state=EndpointState.ACTIVE)
        self._act(request, rung, send_test, "Test message sent.")
        transaction.on_commit(partial(wake, deliver))
        self.message_user(request, f"On their way: {rung.count()}.", messages.SUCCESS)
        _say_left(request, queryset.count() - rung.count())


class AttemptInline(ReadOnlyInline):
    """Every try."""

    model = Attempt
    fields = ("at", "outcome", "status", "milliseconds", "answer")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin):
    """What was sent, when, and what came back."""

    list_display = (
        *("created_at", "partner_name", "event", "state"),
        *("attempt_count", "next_attempt", "delivered_at"),
    )
    list_filter = ("state", "event", "endpoint__partner")
    list_select_related = ("endpoint__partner",)
    # With "select all", a day, month or year of one platform is sent again.
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    fields = (
        *("message_id", "partner_name", "url", "event", "payload", "state"),
        *("attempt_count", "next_attempt", "created_at", "delivered_at"),
    )
    inlines = (AttemptInline,)
    actions = ("replay",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Whoever may switch endpoints may send again."""
        return request.user.has_perm("partners.change_webhookendpoint")

    @admin.display(description="partner")
    def partner_name(self, delivery: Delivery) -> str:
        """Show the partner by name."""
        return delivery.endpoint.partner.name

    @admin.display(description="URL")
    def url(self, delivery: Delivery) -> str:
        """Show where it goes, as text."""
        return delivery.endpoint.url

    @admin.display(description="next attempt")
    def next_attempt(self, delivery: Delivery) -> Any:
        """Show when it is tried again, if it is."""
        return delivery.next_attempt_at if delivery.state == "due" else None

    @admin.action(description="Send again", permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Make them due now, under the same message id: the oldest first, so many at once."""
        chosen = list(queryset.order_by("created_at", "pk")[: REPLAYED_AT_ONCE + 1])
        left = len(chosen) > REPLAYED_AT_ONCE
        taken = chosen[:REPLAYED_AT_ONCE]
        again = replay_all(taken)
        for delivery in again:
            self.log_change(request, delivery, "Sent again.")
        transaction.on_commit(partial(wake, deliver))
        more = " There are more: the oldest were taken." if left else ""
        self.message_user(request, f"Due again: {len(again)}.{more}", messages.SUCCESS)
        _say_left(request, len(taken) - len(again))


def _say_left(request: HttpRequest, count: int) -> None:
    if count:
        said = f"Nothing is sent to endpoints that are switched off: {count} left."
        messages.warning(request, said)
