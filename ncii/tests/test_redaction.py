"""What a log line keeps, and what it loses."""

import json
import logging
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from cases.numbers import SYMBOLS, shown
from ncii.redaction import redact
from ncii.tests.canaries import captured_log, hits

pytestmark = pytest.mark.stateless

LEAKS = {
    "e-mail": "canary.bird+tag@mine.example",
    "IPv4": "203.0.113.77",
    "IPv6": "2001:db8::77:1",
    "IPv6 loopback form": "::ffff:203.0.113.77",
    "case number": "7K3M-9QXR-2BVT-0WZH",
    "case number typed": "7k3m 9qxr 2bvt 0wzh",
    "case number bare": "7K3M9QXR2BVT0WZH",
    "PIN": "728193",
    "long PIN": "728193445566",
    "partner key": "nhb_abcdefghijklmnopqrstuvwxyz234567abcdefghijkl",
    "webhook secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    "hash": "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22",
}


def _line(write: Any) -> dict[str, Any]:
    with captured_log() as written:
        write()
    (line,) = written.getvalue().splitlines()
    parsed: dict[str, Any] = json.loads(line)
    return parsed


@pytest.mark.parametrize("secret", LEAKS.values(), ids=LEAKS)
@pytest.mark.parametrize("place", ["{}", "at {} again", "({})", "x={}, y", '"{}"', "/a/{}/b?c={}"])
def test_what_looks_personal_goes(secret: str, place: str) -> None:
    assert secret not in redact(place.format(secret, secret))


@given(st.text(alphabet=SYMBOLS, min_size=16, max_size=16), st.booleans())
def test_no_case_number_stays(symbols: str, hyphens: bool) -> None:
    number = shown(symbols) if hyphens else symbols

    assert not hits(redact(f"opened {number} now"), number)


@given(st.text(alphabet="0123456789", min_size=6, max_size=12))
def test_no_pin_stays(pin: str) -> None:
    assert pin not in redact(f"tried {pin}: wrong")


@pytest.mark.parametrize("text", ["hashes.tasks.publish", "status=200 ms=15", "12:30:45", "v1.2.3"])
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text) == text


def test_our_events_are_json_lines_with_name_and_level() -> None:
    line = _line(lambda: structlog.get_logger("ncii.test").info("published", rows=12))

    assert (line["event"], line["rows"], line["level"]) == ("published", 12, "info")
    assert line["logger"] == "ncii.test"


def test_values_of_our_events_are_redacted_at_any_depth() -> None:
    deep = {"a": [LEAKS["e-mail"], {"b": LEAKS["case number"]}]}

    line = _line(lambda: structlog.get_logger("ncii.test").info("x", deep=deep))

    assert not hits(json.dumps(line), LEAKS["e-mail"], LEAKS["case number"])


def test_a_librarys_message_keeps_its_words_and_numbers_only() -> None:
    log = logging.getLogger("some.library")

    line = _line(lambda: log.warning("Row %s failed %d times: %r", "canary words", 3, "canary"))

    assert line["event"] == "Row … failed 3 times: '…'"


def test_a_message_with_named_parts_is_rebuilt_too() -> None:
    log = logging.getLogger("some.library")

    line = _line(lambda: log.error("Task %(name)s raised %(exc)r", {"name": "t", "exc": "canary"}))

    assert line["event"] == "Task … raised '…'"


def test_a_message_put_together_before_it_is_logged_is_cut() -> None:
    log = logging.getLogger("asyncio")

    line = _line(lambda: log.error("Invalid request: canary words\nfuture: canary"))

    assert line["event"] == "Invalid request"


def test_a_message_that_does_not_fit_its_arguments_is_still_written() -> None:
    line = _line(lambda: logging.getLogger("some.library").warning("50 % of %s", "canary"))

    assert "canary" not in json.dumps(line)


def test_tracebacks_keep_types_and_places_only() -> None:
    def fail() -> None:
        try:
            try:
                raise KeyError("canary words")
            except KeyError as cause:
                raise ValueError("canary words") from cause
        except ValueError:
            logging.getLogger("some.library").exception("Failed")

    line = _line(fail)

    assert (line["exception"], line["caused_by"]) == ("ValueError", "KeyError")
    assert any("test_redaction.py" in place for place in line["at"])
    assert "canary" not in json.dumps(line)
