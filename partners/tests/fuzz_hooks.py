"""What schemathesis is told of the bank, so that its requests get past the first refusal.

A made-up request names no hash that there is, sends no new Idempotency-Key and means no moment that
has passed: it is refused before anything happens. Of every other request these are put right. Loaded
by SCHEMATHESIS_HOOKS; `FUZZ_IDS` are the platform's ids of hashes, `FUZZ_ANSWERS` the file to which
each answer is written as `METHOD path status`.
"""

import os
import uuid
from itertools import count
from pathlib import Path
from typing import Any

import schemathesis

_IDS = os.environ["FUZZ_IDS"].split(",")
_ANSWERS = Path(os.environ["FUZZ_ANSWERS"])
_turn = count()
BY_ID = "/api/v1/hashes/{name}/"
MATCHES = "/api/v1/matches"


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Put every other request right."""
    turn = next(_turn)
    if turn % 2:
        return
    held = _IDS[turn // 2 % len(_IDS)]
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if case.path.startswith(BY_ID) and case.path_parameters:
        case.path_parameters["name"] = held
    if case.path == MATCHES and isinstance(case.body, dict):
        named = {key: case.body[key] for key in case.body if key not in ("signal", "value")}
        case.body = named | {"id": held, "matched_at": "2026-01-01T00:00:00Z"}


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Write down how it was answered."""
    with _ANSWERS.open("a") as answers:
        answers.write(f"{case.method} {case.path} {response.status_code}\n")
