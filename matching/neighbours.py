"""What of the bank is near a hash: for staff's eyes, and for rules that go through the bank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hashes.models import Hash, State
from hashes.signal_types import ImagePDQ
from matching import index


@dataclass(frozen=True)
class Neighbour:
    """An active hash of the bank, and how far it is from what was asked for, in bits."""

    value: str
    distance: int
    confidence: str


def distances(signals: Sequence[tuple[str, str]]) -> dict[int, int]:
    """Return, by id, how far each active hash that is near any of these (signal, value) is from the
    nearest of them: photos within 31 bits, videos only where equal.
    """
    photos = [value for signal, value in signals if signal == ImagePDQ.name]
    others = [value for signal, value in signals if signal != ImagePDQ.name]
    equal = Hash.objects.filter(value__in=others, published_state=State.ACTIVE)
    near = dict.fromkeys(equal.values_list("pk", flat=True), 0)
    for found in index.search(photos) if photos else ():
        for match in found:
            near[match.hash_pk] = min(match.distance, near.get(match.hash_pk, match.distance))
    return near


def described(near: Mapping[int, int]) -> list[Neighbour]:
    """Return these hashes (id: distance) as staff see them, the nearest first.

    Never by id, which would tell which came first.
    """
    known = Hash.objects.in_bulk(near)
    found = [Neighbour(held.value, near[pk], held.confidence) for pk, held in known.items()]
    return sorted(found, key=lambda neighbour: (neighbour.distance, neighbour.value))
