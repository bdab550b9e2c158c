"""What is taken out of a log line before anybody can read it.

We log events with names, never values. What a library writes passes through here: of its
message the constant words and the numbers stay, the texts that it would have put in go, because
nobody can know what they are. Tracebacks keep types, files and lines only: an exception's
message may quote the row it failed on. Last, whatever looks like an address, number, key, PIN
or hash is replaced wherever it stands.
"""

import contextlib
import copy
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_PATTERNS = (
    # From the first character of a run only: from each, a long run would take its length squared.
    (re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-][\w.+%@-]*"), "[address]"),
    (re.compile(r"nhb_\w+"), "[key]"),
    (re.compile(r"whsec_[\w+/=]+"), "[secret]"),
    (re.compile(r"\b[0-9A-Za-z]{4}(?:[- ][0-9A-Za-z]{4}){3}\b"), "[number]"),
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{16}\b"), "[number]"),
    (re.compile(r"\b[0-9a-fA-F]{32,}\b"), "[hash]"),
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"), "[address]"),
    (re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}(?![\w:])"), "[address]"),
    (re.compile(r"(?<![\w.])\d{6,12}(?!\w)"), "[digits]"),
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


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """ProcessorFormatter that sees only the constant part of other people's messages."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a copy: other handlers of the process keep the record they were given."""
        if not isinstance(record.msg, dict):
            record = copy.copy(record)
            record.msg, record.args = constant_message(record), ()
        return super().format(record)


def constant_message(record: logging.LogRecord) -> str:
    """Return the record's first line with its numbers, and "…" for each text put into it."""
    message = str(record.msg)
    if record.args:
        with contextlib.suppress(TypeError, ValueError, KeyError):
            message = message % _mask(record.args)
    elif record.levelno >= logging.WARNING:
        # Put together before it was logged: what follows the colon is what went wrong, quoted.
        message = message.partition(":")[0]
    return message.partition("\n")[0]


def _mask(arguments: Any) -> Any:
    if isinstance(arguments, Mapping):
        return {name: _mask_one(value) for name, value in arguments.items()}
    return tuple(_mask_one(value) for value in arguments)


def _mask_one(value: Any) -> Any:
    return value if isinstance(value, bool | int | float) else "…"


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
