"""What each role of staff may do, as Django groups that every migration brings up to date."""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

_BANK = ("hashes.view_hash", "hashes.view_change")
_REPORTS = (
    "matching.view_matchreport",
    "partners.view_feedback",
    "partners.view_feedbackentry",
)
_DIRECTORIES = tuple(
    f"cases.{action}_{model}"
    for model in ("platform", "platformwords", "supportservice", "supportwords")
    for action in ("view", "add", "change", "delete")
)
_REVIEW_SEEN = (
    "matching.view_reviewitem",
    "matching.view_reviewentry",
    "matching.view_harmlesshash",
)
_REVIEW = (*_REVIEW_SEEN, "matching.change_reviewitem")
_FIGURES = ("cases.view_case",)
_PARTNERS_SEEN = (
    "partners.view_partner",
    "partners.view_feedposition",
    "partners.view_apikey",
    "partners.view_webhookendpoint",
    "partners.view_delivery",
    "partners.view_attempt",
)
_PARTNERS_MANAGED = (
    "partners.add_partner",
    "partners.change_partner",
    "partners.add_apikey",
    "partners.change_apikey",
    "partners.add_webhookendpoint",
    "partners.change_webhookendpoint",
)
# For each act that takes two people: who asks, who answers. The same person never does both.
_PURGE = ("staff.ask_purge", "staff.decide_purge")
_EXPORT = ("staff.ask_export", "staff.decide_export")
_KEY = ("staff.ask_key", "staff.decide_key")
_HARMLESS = ("staff.ask_harmless", "staff.decide_harmless")
_APPROVALS_SEEN = ("staff.view_approval",)
_AUDIT = ("staff.view_auditentry",)
_STAFF = ("auth.view_user", "auth.add_user", "auth.change_user")

REVIEWER = "Reviewer"
PARTNER_MANAGER = "Partner manager"
LEAD = "Lead"
AUDITOR = "Auditor"
ROLES: dict[str, tuple[str, ...]] = {
    REVIEWER: (
        *_BANK,
        *_REPORTS,
        *_REVIEW,
        *_FIGURES,
        *_APPROVALS_SEEN,
        "staff.ask_harmless",
    ),
    PARTNER_MANAGER: (
        *_REPORTS,
        *_FIGURES,
        *_DIRECTORIES,
        *_PARTNERS_SEEN,
        *_PARTNERS_MANAGED,
        *_APPROVALS_SEEN,
        *_KEY,
    ),
    LEAD: (
        *_BANK,
        *_REPORTS,
        *_REVIEW,
        *_FIGURES,
        *_DIRECTORIES,
        *_PARTNERS_SEEN,
        *_PARTNERS_MANAGED,
        *_STAFF,
        *_APPROVALS_SEEN,
        *_PURGE,
        *_EXPORT,
        *_KEY,
        *_HARMLESS,
        *_AUDIT,
    ),
    AUDITOR: (
        *_BANK,
        *_REPORTS,
        *_REVIEW_SEEN,
        *_FIGURES,
        *_PARTNERS_SEEN,
        "auth.view_user",
        *_APPROVALS_SEEN,
        *_AUDIT,
    ),
}


def update_roles(sender: Any = None, **kwargs: Any) -> None:
    """Receiver of post_migrate: give each role's group exactly its permissions.

    Runs after the last app's permissions are there; a name that does not exist raises KeyError.
    """
    from django.apps import apps

    using = kwargs.get("using", "default")
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0, using=using)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name, wanted in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        group.permissions.set([known[permission] for permission in wanted])
