"""Look-ups over all signal types: photos by the Hamming index, videos by equality."""

from collections.abc import Sequence
from dataclasses import dataclass

from hashes.models import Hash, State
from hashes.signal_types import ImagePDQ
from matching.index import search


@dataclass(frozen=True)
class Found:
    """An active hash near a signal; `distance` in bits."""

    hash_pk: int
    distance: int
    confidence: str


def look_up(signals: Sequence[tuple[str, str]], max_distance: int) -> list[list[Found]]:
    """Return for each valid (signal, value) the active hashes near it, nearest first.

    PDQ: all within `max_distance`, 0 to 31 bits. Other types match when they are equal.
    """
    photos = [value for signal, value in signals if signal == ImagePDQ.name]
    near = iter(search(photos, max_distance) if photos else ())
    equal = _equal({value for signal, value in signals if signal != ImagePDQ.name})
    pairs: list[list[tuple[int, int]]] = [
        [(match.hash_pk, match.distance) for match in next(near)]
        if signal == ImagePDQ.name
        else [(pk, 0) for pk in equal.get((signal, value), ())]
        for signal, value in signals
    ]
    confidences = dict(
        Hash.objects.filter(pk__in={pk for found in pairs for pk, _ in found}).values_list(
            "pk", "confidence"
        )
    )
    return [
        [Found(pk, distance, confidences[pk]) for pk, distance in found if pk in confidences]
        for found in pairs
    ]


def _equal(values: set[str]) -> dict[tuple[str, str], list[int]]:
    rows = Hash.objects.filter(value__in=values, published_state=State.ACTIVE)
    return {
        (signal, value): [pk] for signal, value, pk in rows.values_list("signal", "value", "pk")
    }
