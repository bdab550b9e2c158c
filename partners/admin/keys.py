"""API keys: made here, shown once, revoked here."""

from datetime import UTC, date, datetime, time, timedelta
from ipaddress import ip_network
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from ncii.lib.days import today
from ncii.staff.secrets import shown_once
from partners.models import ApiKey, Scope
from partners.services import make_key, revoke_key

ORDINARY_SCOPES = (Scope.FEED, Scope.LOOKUP, Scope.REPORT)


class KeyForm(forms.ModelForm):
    """What is chosen for a new key."""

    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=list(ORDINARY_SCOPES),
        help_text="What the key may do. Give no more than the partner uses.",
    )

    last_day = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The last day it works (UTC). Empty: until it is revoked.",
    )

    networks = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ranges that it may be used from, one a line: 192.0.2.0/24. Empty: anywhere.",
    )

    class Meta:
        model = ApiKey
        fields = ("partner", "label", "scopes", "sandbox")

    def clean_last_day(self) -> date | None:
        """Refuse a day that has passed."""
        last_day: date | None = self.cleaned_data["last_day"]
        if last_day and last_day < today():
            raise forms.ValidationError("Choose a day that has not passed.")
        return last_day

    def clean_networks(self) -> list[str]:
        """Return the ranges as they are written down; refuse what is none."""
        try:
            return [str(ip_network(text)) for text in self.cleaned_data["networks"].split()]
        except ValueError:
            raise forms.ValidationError(
                "Write each range as its first address and a length: 192.0.2.0/24."
            ) from None

    def expires_at(self) -> datetime | None:
        """Return the moment after the last day."""
        last_day: date | None = self.cleaned_data["last_day"]
        if last_day is None:
            return None
        return datetime.combine(last_day + timedelta(days=1), time(), UTC)


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """The key itself is on one page, once; afterwards it is known by its public id."""

    form = KeyForm
    list_display = (
        "__str__",
        "partner",
        "label",
        "scope_names",
        "sandbox",
        "status",
        "last_used_on",
    )
    list_filter = ("partner",)
    list_select_related = ("partner",)
    ordering = ("partner__name", "pk")
    actions = ("revoke",)
    change_form_template = "admin/partners/apikey/change_form.html"

    @admin.display(description="scopes")
    def scope_names(self, key: ApiKey) -> str:
        """List the scopes."""
        return ", ".join(key.scopes)

    @admin.display(description="networks")
    def network_list(self, key: ApiKey) -> str:
        """List where it may be used from."""
        return ", ".join(key.networks) or "anywhere"

    @admin.display(description="status")
    def status(self, key: ApiKey) -> str:
        """Say whether the key opens anything."""
        if key.revoked_at:
            return f"revoked {key.revoked_at:%Y-%m-%d}"
        if key.expires_at and key.expires_at <= timezone.now():
            return f"expired {key.expires_at:%Y-%m-%d}"
        return "active" if key.partner.active else "partner is off"

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        """Ask for a new key's properties; show a key's."""
        if obj is None:
            return ("partner", "label", "scopes", "networks", "last_day", "sandbox")
        return (
            *("public_id", "partner", "label", "scope_names", "network_list", "sandbox", "status"),
            *("created_at", "expires_at", "last_used_on"),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        """Only the label of a key can be changed."""
        return (
            () if obj is None else tuple(f for f in self.get_fields(request, obj) if f != "label")
        )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Use the plain form where there is nothing to choose."""
        if obj is not None:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Nobody: a revoked key stays, to say what it was."""
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Let the service make the key, and keep its text for this one answer."""
        if change:
            obj.save(update_fields=["label"])
            return
        chosen = form.cleaned_data
        made, text = make_key(
            chosen["partner"],
            scopes=chosen["scopes"],
            label=chosen["label"],
            expires_at=form.expires_at(),
            networks=chosen["networks"],
            sandbox=chosen["sandbox"],
        )
        obj.pk, obj.public_id = made.pk, made.public_id
        request.made_secret = text  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the key instead of going on."""
        return shown_once(
            request,
            title="New API key",
            owner=f"{obj.partner}, key {obj}",
            secret=request.made_secret,  # type: ignore[attr-defined]
            back=reverse("admin:partners_apikey_changelist"),
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the confirmation of a revocation."""
        view = self.admin_site.admin_view(self.confirm_revocation)
        return [path("revoke/", view, name="partners_apikey_revoke"), *super().get_urls()]

    @admin.action(description="Revoke selected keys", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> HttpResponse:
        """Ask first."""
        ids = ",".join(str(pk) for pk in queryset.order_by("pk").values_list("pk", flat=True))
        return HttpResponseRedirect(f"{reverse('admin:partners_apikey_revoke')}?keys={ids}")

    def confirm_revocation(self, request: HttpRequest) -> HttpResponse:
        """Show what would be revoked; revoke it when that is sent back."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        ids = [pk for pk in given.get("keys", "").split(",") if pk.isdecimal() and len(pk) < 19]
        keys = ApiKey.objects.filter(pk__in=ids, revoked_at=None).select_related("partner")
        if request.method == "POST":
            return self._revoke(request, keys)
        context = {
            **self.admin_site.each_context(request),
            "title": "Revoke keys",
            "opts": self.opts,
            "keys": keys,
            "ids": ",".join(ids),
        }
        return TemplateResponse(request, "admin/partners/apikey/revoke.html", context)

    def _revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> HttpResponse:
        revoked = list(keys)
        for key in revoked:
            revoke_key(key)
            self.log_change(request, key, "Revoked.")
        self.message_user(request, f"Revoked: {len(revoked)}.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:partners_apikey_changelist"))
