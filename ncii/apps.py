"""The project itself as an app: logging, system checks, commands, shared static files."""

from django.apps import AppConfig
from django.conf import settings


class NciiConfig(AppConfig):
    """Set logging up before anything can log, and register the system checks."""

    name = "ncii"
    verbose_name = "NCII Hash Bank"

    def ready(self) -> None:
        """Configure logging and load the checks."""
        from ncii import checks  # noqa: F401
        from ncii.redaction import configure_logging

        configure_logging(settings.LOG_LEVEL)
