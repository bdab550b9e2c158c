"""What a change of the list would do to the bank, for who asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from hashes.models import Hash, State
from hashes.signal_types import ImagePDQ
from matching import index
from matching.harmless.selectors import Signal

SHOWN = 20


@dataclass(frozen=True)
class Near:
    """An active hash of the bank, and how far the nearest of the given ones is from it (bits)."""

    value: str
    distance: int
    confidence: str


@dataclass(frozen=True)
class InTheBank:
    """How many active hashes are near any of the `given`; the nearest SHOWN of them."""

    given: int
    count: int
    nearest: list[Near]


def in_the_bank(signals: Sequence[Signal]) -> InTheBank:
    """Return the active hashes of the bank within 31 bits of these; videos only where equal."""
    photos = [value for signal, value in signals if signal == ImagePDQ.name]
    others = [value for signal, value in signals if signal != ImagePDQ.name]
    equal = Hash.objects.filter(value__in=others, published_state=State.ACTIVE)
    distances = dict.fromkeys(equal.values_list("pk", flat=True), 0)
    for found in index.search(photos) if photos else ():
        for match in found:
            distances[match.hash_pk] = min(match.distance, distances.get(match.hash_pk, 256))
    first = sorted(distances, key=lambda pk: (distances[pk], pk))[:SHOWN]
    known = Hash.objects.in_bulk(first)
    nearest = [
        Near(known[pk].value, distances[pk], known[pk].confidence) for pk in first if pk in known
    ]
    nearest.sort(key=lambda near: (near.distance, near.value))
    return InTheBank(len(signals), len(distances), nearest)
