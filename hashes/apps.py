"""The bank."""

from django.apps import AppConfig


class HashesConfig(AppConfig):
    """Signal types, hashes, claims, the change log and its publisher."""

    name = "hashes"
    verbose_name = "Bank"

    def ready(self) -> None:
        """Publish what has been committed, without waiting for beat."""
        from hashes.receivers import wake_publisher
        from hashes.signals import logged

        logged.connect(wake_publisher, dispatch_uid="wake_publisher")
