"""The project itself as an app: logging, system checks, commands, shared static files."""

from django.apps import AppConfig
from django.conf import settings
from django.core.signals import got_request_exception


class NciiConfig(AppConfig):
    """Set logging up before anything can log, and register the system checks."""

    name = "ncii"
    verbose_name = "NCII Hash Bank"

    def ready(self) -> None:
        """Configure logging and load the checks."""
        from ncii import checks  # noqa: F401
        from ncii.logs import configure_logging, hide_crashes, log_request_failure

        configure_logging(settings.LOG_LEVEL)
        if settings.IN_PRODUCTION:
            hide_crashes()
        got_request_exception.connect(log_request_failure, dispatch_uid="log_request_failure")
