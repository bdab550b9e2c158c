"""What is near the list of harmless pictures.

The list is short (thousands), so it is compared with in full, by the index's own arithmetic: exact
within 31 bits, as partners compare.
"""

from collections.abc import Sequence

from hashes.signal_types import ImagePDQ
from matching.harmless.models import HarmlessHash
from matching.index.codes import REACH, from_hex, near

Signal = tuple[str, str]


def near_harmless(signals: Sequence[Signal]) -> dict[Signal, str]:
    """Return which of these (signal, value) are harmless or near it, and why, for staff."""
    listed = list(
        HarmlessHash.objects.filter(removed_at=None).values_list("signal", "value", "label")
    )
    if not listed:
        return {}
    labels = {(signal, value): label for signal, value, label in listed}
    found = {each: _why(labels[each], 0) for each in signals if each in labels}
    found.update(_near_photos(listed, [each for each in signals if each[0] == ImagePDQ.name]))
    return found


def _near_photos(
    listed: Sequence[tuple[str, str, str]], photos: Sequence[Signal]
) -> dict[Signal, str]:
    known = [(value, label) for signal, value, label in listed if signal == ImagePDQ.name]
    if not known or not photos:
        return {}
    hits = near(
        from_hex([value for value, _ in known]), from_hex([value for _, value in photos]), REACH
    )
    nearest: dict[Signal, tuple[int, str]] = {}
    rows = zip(hits.rows.tolist(), hits.queries.tolist(), hits.distances.tolist(), strict=True)
    for row, query, distance in rows:
        photo, label = photos[query], known[row][1]
        nearest[photo] = min(nearest.get(photo, (distance, label)), (distance, label))
    return {photo: _why(label, distance) for photo, (distance, label) in nearest.items()}


def _why(label: str, distance: int) -> str:
    return f"{distance} bits from “{label}”, which is known as harmless"
