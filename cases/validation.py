"""The hidden field of the case form: hashes of files, as the browser sends them.

``[{"kind": "photo", "claims": [{"signal": "ImagePDQ", "value": "…", "quality": 100,
"variant": "as-displayed"}]}]``, the primary claim of each file first.
"""

import json
from dataclasses import dataclass
from typing import Any

from cases.services.intake import MAX_FILES, FileInput
from hashes.models import Variant
from hashes.services import SignalClaim
from hashes.signal_types import SignalError, signal_type

MAX_CLAIMS = 16
_CLAIM_KEYS = {"signal", "value", "quality", "variant"}


@dataclass(frozen=True)
class Problem:
    """What is wrong: `position` counts files from 1 and is None for the list as a whole.

    Codes: malformed, none, too-many, kind, claims, type, shape, quality, balance, variant,
    duplicate.
    """

    position: int | None
    code: str


class FilesError(ValueError):
    """The field was refused; `problems` has every reason."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


def parse_files(raw: str) -> list[FileInput]:
    """Return the files of the hidden field; raise FilesError with everything that is wrong."""
    try:
        items = json.loads(raw)
    except (ValueError, RecursionError):
        raise FilesError([Problem(None, "malformed")]) from None
    if not isinstance(items, list):
        raise FilesError([Problem(None, "malformed")])
    if not items:
        raise FilesError([Problem(None, "none")])
    if len(items) > MAX_FILES:
        raise FilesError([Problem(None, "too-many")])
    files: list[FileInput] = []
    problems: list[Problem] = []
    for position, item in enumerate(items, start=1):
        try:
            files.append(_file(item))
        except SignalError as error:
            problems.append(Problem(position, error.code))
    problems += _duplicates(files) if not problems else []
    if problems:
        raise FilesError(problems)
    return files


def _file(item: Any) -> FileInput:
    if not isinstance(item, dict) or set(item) != {"kind", "claims"}:
        raise SignalError("malformed", "A file has a kind and claims.")
    raw_claims = item["claims"]
    if not isinstance(raw_claims, list) or not 1 <= len(raw_claims) <= MAX_CLAIMS:
        raise SignalError("claims", f"A file has 1 to {MAX_CLAIMS} claims.")
    claims = [_claim(raw) for raw in raw_claims]
    if any(signal_type(claim.signal).kind != item["kind"] for claim in claims):
        raise SignalError("kind", "Photos have ImagePDQ hashes, videos VideoMD5.")
    unique = {(claim.signal, claim.value): claim for claim in reversed(claims)}
    return FileInput(item["kind"], tuple(reversed(unique.values())))


def _claim(raw: Any) -> SignalClaim:
    if not isinstance(raw, dict) or set(raw) != _CLAIM_KEYS:
        raise SignalError("malformed", "A claim has signal, value, quality and variant.")
    signal, value, quality, variant = (
        raw[key] for key in ("signal", "value", "quality", "variant")
    )
    if not all(isinstance(text, str) for text in (signal, value, variant)):
        raise SignalError("malformed", "Signal, value and variant are text.")
    of_type = signal_type(signal)
    if of_type.kind == "photo" and type(quality) is not int:
        raise SignalError("quality", "A photo's claim has its PDQ quality.")
    if of_type.kind == "video" and quality is not None:
        raise SignalError("quality", "A video's claim has no quality.")
    if variant not in Variant.values:
        raise SignalError("variant", "The variant is none of ours.")
    of_type.validate(value, quality)
    return SignalClaim(signal, value, variant, quality)


def _duplicates(files: list[FileInput]) -> list[Problem]:
    seen: set[tuple[str, str]] = set()
    problems = []
    for position, file in enumerate(files, start=1):
        primary = (file.claims[0].signal, file.claims[0].value)
        if primary in seen:
            problems.append(Problem(position, "duplicate"))
        seen.add(primary)
    return problems
