"""API keys: asked for by one, approved by another, shown once, revoked here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

import partners.approvals  # noqa: F401 - registers itself
from ncii.staff.readonly import OnlyOffered
from ncii.staff.texts import one_line
from partners.models import ApiKey
from partners.services import revoke_key


class LabelForm(forms.ModelForm):
    """Staff tell keys apart by it."""

    def clean_label(self) -> str:
        """Refuse what is unseen."""
        label: str = self.cleaned_data["label"]
        one_line(label)
        return label


@admin.register(ApiKey)
class ApiKeyAdmin(OnlyOffered, admin.ModelAdmin):
    """The key itself is on one page, once; afterwards it is known by its public id.

    A new one takes two people: the page for it is that of the request (partners.approvals).
    """

    form = LabelForm
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

    fields = (
        *("public_id", "partner", "label", "scope_names", "network_list", "sandbox", "status"),
        *("created_at", "expires_at", "last_used_on"),
    )
    # Only the label of a key can be changed.
    readonly_fields = tuple(field for field in fields if field != "label")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Go and ask for a key."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:staff_approval_ask", args=["key"]))

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        """Nobody: a revoked key stays, to say what it was."""
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Write the label and nothing else."""
        obj.save(update_fields=["label"])

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
        revoked = list(keys.order_by("pk"))
        for key in revoked:
            revoke_key(key)
        # The audit comes last, as everywhere.
        for key in revoked:
            self.log_change(request, key, "Revoked.")
        self.message_user(request, f"Revoked: {len(revoked)}.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:partners_apikey_changelist"))
