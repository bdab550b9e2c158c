"""Logging of every process: JSON lines on standard error, through ncii.redaction."""

import logging
import logging.config
import sys
import threading
from types import TracebackType
from typing import Any

import structlog

from ncii.redaction import RedactingFormatter, bare_traceback, redact_event

QUIET = {
    # Django's own request logger names the path; ncii.middleware names the route.
    "django.request": "CRITICAL",
    "django.server": "CRITICAL",
    "django.security": "CRITICAL",
    "django.db.backends": "WARNING",
    # Celery quotes what a task raised; ncii.celery names its type.
    "celery.app.trace": "CRITICAL",
    "celery.worker.strategy": "WARNING",
    "celery.beat": "WARNING",
    "gunicorn.access": "CRITICAL",
}


def configure_logging(level: str) -> None:
    """Send every logger of the process through the redaction. Idempotent."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        bare_traceback,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": RedactingFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redact_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {name: {"level": quiet} for name, quiet in QUIET.items()},
        }
    )
    # A line that can't be written would be printed with its arguments.
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    threading.excepthook = _log_thread_crash
    sys.unraisablehook = _log_unraisable


def hide_crashes() -> None:
    """Log what nobody caught without its message, instead of printing it whole."""
    sys.excepthook = _log_crash


def log_request_failure(sender: object, **kwargs: Any) -> None:
    """Receiver of got_request_exception: say that a view failed, and where."""
    structlog.get_logger("ncii.request").error("request_failed", exc_info=True)


def _log_crash(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger("ncii.crash").critical("crashed", exc_info=(kind, error, at))


def _log_thread_crash(crash: threading.ExceptHookArgs) -> None:
    structlog.get_logger("ncii.crash").critical("thread_crashed", exc_info=crash.exc_value)


def _log_unraisable(crash: Any) -> None:
    structlog.get_logger("ncii.crash").error("unraisable", exc_info=crash.exc_value)
