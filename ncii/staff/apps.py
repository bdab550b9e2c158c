"""Django's admin as an app, with our site."""

from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate


class StaffAdminConfig(AdminConfig):
    """Find the apps' admins, keep the roles, and note when staff come in."""

    default_site = "ncii.staff.site.StaffSite"

    def ready(self) -> None:
        """Load the admins; connect the roles and the session's limit."""
        from ncii.staff.roles import update_roles
        from ncii.staff.site import note_entrance

        super().ready()
        post_migrate.connect(update_roles, sender=self, dispatch_uid="update_roles")
        user_logged_in.connect(note_entrance, dispatch_uid="note_entrance")
