"""Logs that can't harm anyone: JSON lines with addresses, numbers, keys and hashes taken out.

The first defence is that we log events with names, never values. This is the second: whatever
a library writes passes through here, and tracebacks keep types, files and lines only, because
an exception's message may quote the row it failed on.
"""

import logging
import logging.config
import re
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_PATTERNS = (
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*"), "[address]"),
    (re.compile(r"nhb_\w+"), "[key]"),
    (re.compile(r"whsec_[\w+/=]+"), "[secret]"),
    (re.compile(r"\b[0-9A-Za-z]{4}(?:[- ][0-9A-Za-z]{4}){3}\b"), "[number]"),
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{16}\b"), "[number]"),
    (re.compile(r"\b[0-9a-fA-F]{32,}\b"), "[hash]"),
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"), "[address]"),
    (re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])"), "[address]"),
    (re.compile(r"(?<![\w.:-])\d{6,12}(?![\w.:-])"), "[digits]"),
)
_OWN_KEYS = frozenset({"timestamp", "level", "logger", "request_id"})


def redact(text: str) -> str:
    """Return the text without anything that looks like an address, number, key, PIN or hash."""
    for pattern, word in _PATTERNS:
        text = pattern.sub(word, text)
    return text


def _redact_value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {str(key): _redact_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redact_value(item) for item in value]
    return redact(str(value))


def redact_event(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Structlog processor: redact every value but our own bookkeeping."""
    return {key: v if key in _OWN_KEYS else _redact_value(v) for key, v in event.items()}


def bare_traceback(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Structlog processor: replace exc_info by exception types and places, without messages."""
    exc_info = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if isinstance(error, BaseException):
        event["exception"] = type(error).__qualname__
        event["at"] = _places(error.__traceback__)
        if error.__cause__ is not None:
            event["caused_by"] = type(error.__cause__).__qualname__
    return event


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{frame.filename}:{frame.lineno}:{frame.name}" for frame in frames[-12:]]


def configure_logging(level: str) -> None:
    """Send every logger of the process through the redaction, as JSON lines on standard error."""
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
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [structlog.stdlib.ExtraAdder(allow=()), *shared],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            redact_event,
            structlog.processors.JSONRenderer(),
        ],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # Django's own request logger names the path; ncii.middleware names the route.
                "django.request": {"level": "CRITICAL"},
                "django.server": {"level": "CRITICAL"},
                "django.security": {"level": "CRITICAL"},
                "django.db.backends": {"level": "WARNING"},
            },
        }
    )
