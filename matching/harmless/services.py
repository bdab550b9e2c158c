"""What changes the list of harmless pictures, and what follows in the bank."""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from hashes.models import Hash, Holder, State, Suspension
from hashes.publisher import LOCK, Waiting
from matching.harmless.models import HarmlessHash
from matching.harmless.selectors import Signal, near_harmless
from matching.neighbours import distances
from matching.review import rules
from ncii.lib.locks import transaction_lock
from ncii.staff.models import Approval


@transaction.atomic
def add_harmless(entries: Iterable[tuple[str, str, str]], approval: Approval | None) -> int:
    """List these (signal, value, label); return how many are new.

    Without an approval they are those that ship with the product, and what two people took off
    the list stays off it.
    """
    now = timezone.now()
    entries = list(entries)
    if approval is None:
        gone = HarmlessHash.objects.exclude(removed_at=None).values_list("signal", "value")
        taken_off = set(gone)
        entries = [entry for entry in entries if entry[:2] not in taken_off]
    rows = [
        HarmlessHash(
            signal=signal,
            value=value,
            label=label,
            made=approval is None,
            listed_at=now,
            approval=approval,
        )
        for signal, value, label in entries
    ]
    before = HarmlessHash.objects.count()
    HarmlessHash.objects.bulk_create(rows, ignore_conflicts=True)
    return HarmlessHash.objects.count() - before


@transaction.atomic
def remove_harmless(signals: Collection[Signal], approval: Approval) -> int:
    """Take these off the list; return how many were on it."""
    listed = HarmlessHash.objects.filter(removed_at=None, value__in=[value for _, value in signals])
    return listed.update(removed_at=timezone.now(), removal=approval, swept=False)


def check_before_publication(hashes: Sequence[Waiting]) -> bool:
    """Hold back what is near the list; return whether anything was.

    Runs in the publisher's transaction, which holds the hashes: what was sent in meets the list
    here and nowhere before, so no answer to whoever sent it, nor its time, depends on the list.
    """
    fresh = [held for held in hashes if held.state in (State.RECEIVED, State.ACTIVE)]
    found = near_harmless([(held.signal, held.value) for held in fresh])
    near = {held.pk: found[signal] for held in fresh if (signal := _signal(held)) in found}
    return bool(near) and rules.hear_harmless(near) > 0


@transaction.atomic
def sweep() -> None:
    """Let the bank follow the list: hold back what is near a new entry, release what is near none.

    The publisher waits meanwhile: what it had published without the new entries is seen here, and
    what it publishes after this meets them. So does whoever changes the same entries once more.
    """
    unswept = HarmlessHash.objects.filter(swept=False)
    if not unswept.exists() or not transaction_lock(LOCK):
        return
    changed = list(unswept.select_for_update())
    reached = near_in_bank([_signal(e) for e in changed if e.removed_at is None])
    found = near_harmless([_signal(held) for held in reached])
    rules.hear_harmless({h.pk: found[_signal(h)] for h in reached if _signal(h) in found})
    if any(entry.removed_at for entry in changed):
        rules.release_harmless(_near_nothing())
    HarmlessHash.objects.filter(pk__in=[entry.pk for entry in changed]).update(swept=True)


def near_in_bank(signals: Sequence[Signal]) -> list[Hash]:
    """Return the active hashes of the bank that are near any of these."""
    return list(Hash.objects.filter(pk__in=distances(signals), published_state=State.ACTIVE))


def _near_nothing() -> list[int]:
    held = Hash.objects.filter(
        pk__in=Suspension.objects.filter(holder=Holder.HARMLESS).values("hash")
    )
    found = near_harmless([_signal(each) for each in held])
    return [each.pk for each in held if _signal(each) not in found]


def _signal(each: Hash | HarmlessHash | Waiting) -> Signal:
    return each.signal, each.value
