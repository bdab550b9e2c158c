"""Bodies: one JSON value in UTF-8 (RFC 8259), read strictly."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from partners.api.problems import Problem

DEEPEST = 12


class NotStrict(ValueError):
    """The text is JSON to some parsers and something else to others; the message says what."""


class StrictJSONParser(BaseParser):
    """Refuses what parsers disagree about, or what a database can't hold, with 400."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the value; raise Problem (400)."""
        try:
            return strict_json(stream.read())
        except NotStrict as refusal:
            raise Problem(400, str(refusal)) from None


def strict_json(raw: bytes) -> Any:
    """Return the JSON value of these bytes; raise NotStrict.

    Refused: any encoding but UTF-8, NaN and infinities, numbers too large to be one, a name
    twice in one object, nesting below 12 levels, null characters and half surrogates.
    """
    try:
        value = json.loads(
            raw.decode("utf-8"),
            parse_constant=_no_constant,
            parse_float=_finite,
            object_pairs_hook=_object,
        )
    except NotStrict:
        raise
    except UnicodeDecodeError:
        raise NotStrict("The body is not UTF-8.") from None
    except RecursionError:
        raise NotStrict("The body is nested too deeply.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise NotStrict(f"The body is not JSON: see {where}.") from None
    except ValueError:
        raise NotStrict("The body holds a number that is too long.") from None
    _walk(value)
    return value


def _no_constant(name: str) -> float:
    raise NotStrict(f"{name} is not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotStrict("The body holds a number that is too large.")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotStrict("An object names the same member twice.")
    return made


def _walk(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below += item.keys()
                below += item.values()
            elif isinstance(item, list):
                below += item
            elif isinstance(item, str):
                _check_text(item)
        if not below:
            return
        level = below
    raise NotStrict("The body is nested too deeply.")


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= symbol <= "\udfff" for symbol in text):
        raise NotStrict("The body holds a null character or half a surrogate pair.")
