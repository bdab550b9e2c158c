"""What a change of the list would do to the bank, for who asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.harmless.selectors import Signal
from matching.neighbours import Neighbour, described, distances

SHOWN = 20


@dataclass(frozen=True)
class InTheBank:
    """How many active hashes are near any of the `given`; the nearest SHOWN of them."""

    given: int
    count: int
    nearest: list[Neighbour]


def in_the_bank(signals: Sequence[Signal]) -> InTheBank:
    """Return the active hashes of the bank within 31 bits of these; videos only where equal."""
    near = distances(signals)
    first = sorted(near, key=lambda pk: (near[pk], pk))[:SHOWN]
    return InTheBank(len(signals), len(near), described({pk: near[pk] for pk in first}))
