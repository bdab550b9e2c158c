"""The staff's tables, and Django's admin with our site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_migrate, post_save


class StaffConfig(AppConfig):
    """Second factors; the audit; roles, kept by every migration; the limit of a session."""

    name = "ncii.staff"
    label = "staff"
    verbose_name = "Staff"
    default = True

    def ready(self) -> None:
        """Connect them to what Django tells."""
        from ncii.staff import receivers
        from ncii.staff.doors import note_entrance
        from ncii.staff.protection import protect_tables
        from ncii.staff.roles import update_roles

        post_migrate.connect(update_roles, sender=self, dispatch_uid="update_roles")
        post_migrate.connect(protect_tables, sender=self, dispatch_uid="protect_tables")
        user_logged_in.connect(note_entrance, dispatch_uid="note_entrance")
        user_logged_in.connect(receivers.note_password, dispatch_uid="note_password")
        user_logged_out.connect(receivers.note_exit, dispatch_uid="note_exit")
        user_login_failed.connect(receivers.note_refusal, dispatch_uid="note_refusal")
        post_save.connect(receivers.note_write, sender="admin.LogEntry", dispatch_uid="note_write")


class StaffAdminConfig(AdminConfig):
    """Django's admin with our site."""

    default_site = "ncii.staff.site.StaffSite"
    default = False
