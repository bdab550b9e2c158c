"""PINs: 6 to 12 digits of the person's choice, except those that anybody would try first."""

import re
from enum import StrEnum

SHORTEST, LONGEST = 6, 12
_DIGITS = re.compile(r"[0-9]+")


class PinProblem(StrEnum):
    """Why a PIN is refused."""

    SHAPE = "shape"
    TRIVIAL = "trivial"


def pin_problem(pin: str) -> PinProblem | None:
    """Return why the PIN is refused, None if it is good."""
    if not (SHORTEST <= len(pin) <= LONGEST and _DIGITS.fullmatch(pin)):
        return PinProblem.SHAPE
    return PinProblem.TRIVIAL if _is_trivial(pin) else None


def _is_trivial(pin: str) -> bool:
    steps = {(int(b) - int(a)) % 10 for a, b in zip(pin, pin[1:], strict=False)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        return True
    return any(
        len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size) for size in (1, 2, 3)
    )
