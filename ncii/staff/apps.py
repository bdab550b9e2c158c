"""The staff's tables, and Django's admin with our site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate


class StaffConfig(AppConfig):
    """Second factors; roles, kept by every migration; the limit of a session."""

    name = "ncii.staff"
    label = "staff"
    verbose_name = "Staff"
    default = True

    def ready(self) -> None:
        """Connect the roles and the session's limit."""
        from ncii.staff.doors import note_entrance
        from ncii.staff.roles import update_roles

        post_migrate.connect(update_roles, sender=self, dispatch_uid="update_roles")
        user_logged_in.connect(note_entrance, dispatch_uid="note_entrance")


class StaffAdminConfig(AdminConfig):
    """Django's admin with our site."""

    default_site = "ncii.staff.site.StaffSite"
    default = False
