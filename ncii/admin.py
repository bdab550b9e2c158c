"""Staff accounts, and the audit. What a role may do is code (ncii.staff.roles), so groups can't be edited."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

import ncii.staff.approvals.admin  # noqa: F401 - registers itself
from ncii.staff.approvals.hands import FORGOTTEN
from ncii.staff.enrolment import VALID_FOR, make_code
from ncii.staff.models import AuditEntry
from ncii.staff.readonly import OnlyOffered, ReadOnly
from ncii.staff.second_factor import forget, is_enrolled
from ncii.staff.secrets import shown_once

admin.site.unregister(Group)
admin.site.unregister(User)


@admin.register(User)
class StaffAdmin(OnlyOffered, UserAdmin):
    """Nobody is deleted: what they did still names them. Only a superuser changes a superuser."""

    list_display = ("username", "roles", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("username",)
    search_help_text = "Part of the user name."
    readonly_fields = ("last_login", "date_joined", "second_factor")
    filter_horizontal = ()
    actions = None
    fieldsets = (
        (None, {"fields": ("username", "password", "second_factor")}),
        ("What they may do", {"fields": ("is_active", "groups", "is_superuser")}),
        ("Since", {"fields": ("date_joined", "last_login")}),
    )

    change_form_template = "admin/auth/user/change_form.html"

    @admin.display(description="second factor")
    def second_factor(self, user: User) -> str:
        """Say whether the person has one."""
        return "set up" if is_enrolled(user) else "at the next login"

    def get_urls(self) -> list[Any]:
        """Add the way to let somebody enrol anew."""
        view = self.admin_site.admin_view(self.forget_view)
        return [path("<int:pk>/forget/", view, name="auth_user_forget"), *super().get_urls()]

    def forget_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Forget a person's second factor; they set one up at their next login."""
        user = self.get_object(request, str(pk))
        if request.method == "POST" and user is not None:
            if not self.has_change_permission(request, user):
                raise PermissionDenied
            forget(user)
            answer = _show_code(request, user)
            self.log_change(request, user, FORGOTTEN)
            return answer
        return HttpResponseRedirect(reverse("admin:auth_user_changelist"))

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the code with which the person enrols."""
        return _show_code(request, obj)

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        """List the roles."""
        return ", ".join(group.name for group in user.groups.all()) or "none"

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch roles with the list."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only a superuser makes superusers."""
        extra = () if request.user.is_superuser else ("is_superuser",)
        return (*self.readonly_fields, *extra)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Let a lead change everyone but superusers."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody: switch the account off instead."""
        return False

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choose roles by ticking boxes."""
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple()
            kwargs["queryset"] = Group.objects.order_by("name")
            return db_field.formfield(label="Roles", help_text="", **kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Everybody with an account here is staff."""
        obj.is_staff = True
        super().save_model(request, obj, form, change)


def _show_code(request: HttpRequest, user: User) -> HttpResponse:
    return shown_once(
        request,
        title="Enrolment code",
        owner=f"{user}: needed at the next login, once, within {VALID_FOR.days} days. "
        "Tell it by another way than the password.",
        secret=make_code(user),
        back=reverse("admin:auth_user_change", args=[user.pk]),
    )


@admin.register(AuditEntry)
class AuditAdmin(ReadOnly, admin.ModelAdmin):
    """Who did what and looked at what, latest first."""

    list_display = ("number", "at", "who", "act", "subject", "detail")
    list_filter = ("act",)
    search_fields = ("who", "subject")
    search_help_text = "A user name, or part of what it was about."
    date_hierarchy = "at"
    show_full_result_count = False
