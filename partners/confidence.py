"""The confidence of a hash: what follows from the words of platforms and of the bank's staff.

Staff's decision comes first. Without one, a platform's Blocked confirms, whatever others say;
NotBlocked of some, with nobody's Blocked, disputes; anything else leaves it unverified.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from hashes.models import Confidence, Hash
from partners.models import BANK, BankVerdict, Feedback, FeedbackValue
from partners.selectors import about

# The bank's own word comes first, then the platforms' in the order in which they first spoke.
_SAID = """
SELECT hash_id, %s, value, '[]', 0 FROM partners_bankverdict WHERE {these}
UNION ALL
SELECT hash_id, name, value, tags, said.id
FROM partners_feedback said JOIN partners_partner ON partners_partner.id = partner_id
WHERE active AND {these}
ORDER BY 5
"""


class Word(NamedTuple):
    """What one source says of a hash; `source` is a platform's name, or the bank's own."""

    source: str
    value: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Derived:
    """A confidence, and why it is that, in words for staff."""

    confidence: Confidence
    why: str


def words_on(hash_ids: Collection[int]) -> dict[int, list[Word]]:
    """Return what the bank and active partners say of each of these hashes, in one query."""
    found: dict[int, list[Word]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SAID.format(these=about("hash_id", hash_ids)), [BANK])
        for pk, source, value, tags, _ in cursor.fetchall():
            found.setdefault(pk, []).append(_word(source, value, tags))
    return found


# Of millions of words few are different: platforms, values and tags are.
@lru_cache(maxsize=4096)
def _word(source: str, value: str, tags: str) -> Word:
    return Word(source, value, tuple(json.loads(tags)))


def confidences(hash_ids: Iterable[int]) -> dict[int, Confidence]:
    """Return what follows for each of these hashes."""
    return {pk: derived.confidence for pk, derived in _derive(hash_ids).items()}


def explain(held: Hash) -> Derived:
    """Return the confidence that follows from what is said of the hash now, and why."""
    return _derive([held.pk])[held.pk]


def platforms_say(hash_ids: Iterable[int]) -> dict[int, Counter[str]]:
    """Return, for each of these hashes, how many platforms say what."""
    said: dict[int, Counter[str]] = {pk: Counter() for pk in hash_ids}
    for pk, value in Feedback.objects.filter(hash__in=said).values_list("hash", "value"):
        said[pk][value] += 1
    return said


def _derive(hash_ids: Iterable[int]) -> dict[int, Derived]:
    said = platforms_say(hash_ids)
    staff = dict(BankVerdict.objects.filter(hash__in=said).values_list("hash", "value"))
    return {pk: _follows(staff.get(pk), values) for pk, values in said.items()}


def _follows(staff: str | None, said: Counter[str]) -> Derived:
    blocked, disputed = said[FeedbackValue.BLOCKED], said[FeedbackValue.NOT_BLOCKED]
    counts = f"Platforms: {blocked} Blocked, {disputed} NotBlocked"
    if staff == FeedbackValue.BLOCKED:
        return Derived(Confidence.CONFIRMED, f"Staff decided that partners get it. {counts}.")
    if staff == FeedbackValue.NOT_BLOCKED:
        return Derived(Confidence.DISPUTED, f"Staff decided to hold it back. {counts}.")
    if blocked:
        why = "Staff have not decided, and one Blocked is enough."
        return Derived(Confidence.CONFIRMED, f"{counts}. {why}")
    if disputed:
        why = "Staff have not decided, and nobody says Blocked."
        return Derived(Confidence.DISPUTED, f"{counts}. {why}")
    return Derived(Confidence.UNVERIFIED, "Neither staff nor any platform has judged it.")
