"""Query parameters, read strictly: each at most once, none that the address does not know."""

import re
from collections.abc import Collection, Sequence

from rest_framework.request import Request

from partners.api.problems import BadParameter

_WHOLE = re.compile(r"[0-9]{1,12}", re.ASCII)
PAGE, LONGEST_PAGE = 1000, 5000
# What chooses a stream of the feed.
FILTERS = ("signal", "confidence", "variant")


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    """Raise BadParameter for a parameter that would be ignored: it may be a typing mistake."""
    for name in request.query_params:
        if name not in known:
            raise BadParameter(name, f"is not known here. Known are: {', '.join(sorted(known))}.")


def text(request: Request, name: str) -> str | None:
    """Return the parameter's text, None where it is not given."""
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise BadParameter(name, "may be given once.")
    return values[0] if values else None


def whole_number(
    request: Request, name: str, *, least: int, most: int, default: int | None = None
) -> int:
    """Return the parameter as a number from `least` to `most`; without a default it is needed."""
    given = text(request, name)
    if given is None and default is not None:
        return default
    if given is None or not _WHOLE.fullmatch(given) or not least <= int(given) <= most:
        raise BadParameter(name, f"must be a whole number from {least} to {most}.")
    return int(given)


def choice(request: Request, name: str, choices: Sequence[str]) -> str:
    """Return one of the choices, "" where the parameter is not given."""
    given = text(request, name)
    if given is None:
        return ""
    if given not in choices:
        raise BadParameter(name, f"must be one of: {', '.join(choices)}.")
    return given


def choices(request: Request, name: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the comma-separated choices, () where the parameter is not given."""
    given = text(request, name)
    if given is None:
        return ()
    chosen = tuple(given.split(","))
    if not set(chosen) <= set(known):
        raise BadParameter(name, f"must be one or more of, with commas: {', '.join(known)}.")
    return chosen
