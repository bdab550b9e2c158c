"""How many of the photos that come are close to one that is in the bank already.

They are taken like any other: one person's copy and another's are both to be found. Nobody is
told at intake, not even by how long the answer takes, since "we have this already" would say that
somebody has a case. So this looks later, at what is published, and keeps a count by day.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef

from hashes.models import Change, State
from hashes.selectors import feed_head
from hashes.signal_types import ImagePDQ
from matching import index
from matching.index import builder
from matching.models import DuplicatesSeen
from ncii.staff import counts

AT_ONCE = 1000


def count_duplicates() -> int:
    """Count what was published since the last time; return how many photos were close to another.

    The first time only notes where the feed stands. Every photo is counted once, when it first
    becomes active. Nothing is locked while the index is asked; while a large bank has no index
    file, it waits.
    """
    head = feed_head()
    if head is None or index.health().due == builder.NO_FILE:
        return 0
    mark, is_new = DuplicatesSeen.objects.get_or_create(pk=1, defaults={"seq": head.seq})
    total, at = 0, head.seq if is_new else mark.seq
    while changes := _next(at):
        near, upto = _near_older(_new_photos(changes)), changes[-1].seq or at
        with transaction.atomic():
            if not DuplicatesSeen.objects.filter(pk=1, seq=at).update(seq=upto):
                break  # another process has counted these
            counts.count(hashes_near_known=near)
        total, at = total + near, upto
    return total


def _next(after: int) -> list[Change]:
    return list(Change.objects.filter(seq__gt=after).order_by("seq")[:AT_ONCE])


def _new_photos(changes: Sequence[Change]) -> list[tuple[int, str]]:
    """Return (hash id, value) of the photos that first became active by one of these."""
    before = Change.objects.filter(hash=OuterRef("hash"), seq__lt=OuterRef("seq"))
    first = Change.objects.filter(~Exists(before), pk__in=[change.pk for change in changes])
    photos = first.filter(hash__signal=ImagePDQ.name, hash__published_state=State.ACTIVE)
    return list(photos.values_list("hash_id", "hash__value"))


def _near_older(photos: Sequence[tuple[int, str]]) -> int:
    """Count those near a hash that came before them."""
    found = index.search([value for _, value in photos]) if photos else []
    return sum(
        any(match.hash_pk < pk for match in near)
        for (pk, _), near in zip(photos, found, strict=True)
    )
