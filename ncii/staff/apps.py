"""Django's admin as an app, with our site."""

from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.signals import user_logged_in


class StaffAdminConfig(AdminConfig):
    """Find the apps' admins, and note when staff come in."""

    default_site = "ncii.staff.site.StaffSite"

    def ready(self) -> None:
        """Load the admins, and connect the session's limit."""
        from ncii.staff.site import note_entrance

        super().ready()
        user_logged_in.connect(note_entrance, dispatch_uid="note_entrance")
