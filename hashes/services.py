"""What changes the bank. Every function runs inside its caller's transaction.

Hashes are locked in one order, by (signal, value), so that two cases with the same pictures
wait for each other and never deadlock.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models, transaction
from django.utils import timezone

from hashes.claim_rows import insert_claims
from hashes.ledger_names import ledger_name, ledger_names
from hashes.models import Change, Claim, Confidence, FeedHead, Hash, Holder, State, Suspension
from hashes.signal_types import signal_type
from hashes.signals import logged
from ncii.ledger.models import Kind
from ncii.ledger.services import note
from ncii.lib.bulk import insert_and_number
from ncii.lib.days import today


@dataclass(frozen=True)
class SignalClaim:
    """A signal that a source wants in the bank."""

    signal: str
    value: str
    variant: str
    quality: int | None = None


def make_claims(wanted: Sequence[SignalClaim], *, source: str, on: date) -> list[Claim]:
    """Claim hashes, creating those the bank does not hold; return claims in the order given.

    Raises hashes.signal_types.SignalError and writes nothing if a signal is invalid, and
    TransactionManagementError outside a transaction.
    """
    for item in wanted:
        signal_type(item.signal).validate(item.value, item.quality)
    hashes = _locked_hashes({(item.signal, item.value) for item in wanted})
    revived = []
    for held in hashes.values():
        if held.state in (State.WITHDRAWN, State.DELETED):
            held.state = State.SUSPENDED if held.suspended else State.RECEIVED
            revived.append(held)
    Hash.objects.bulk_update(revived, ["state"])
    claimed = [hashes[item.signal, item.value] for item in wanted]
    rows = [(held.pk, w.variant, w.quality) for held, w in zip(claimed, wanted, strict=True)]
    numbers = insert_claims(rows, source=source, on=on)
    _tell()
    return [
        Claim(
            pk=number,
            hash=held,
            source=source,
            variant=item.variant,
            quality=item.quality,
            made_on=on,
            announced_id=change,
        )
        for (number, change), item, held in zip(numbers, wanted, claimed, strict=True)
    ]


def withdraw_claims(claims: Iterable[Claim], *, on: date) -> None:
    """Withdraw claims; a hash that no other claim holds is withdrawn with them. Idempotent."""
    ids = [claim.pk for claim in claims]
    hashes = _lock(Hash.objects.filter(claims__in=ids))
    open_claims = list(Claim.objects.filter(pk__in=ids, withdrawn_on__isnull=True))
    still_held = set(
        Claim.objects.filter(hash__in=hashes, withdrawn_on__isnull=True)
        .exclude(pk__in=ids)
        .values_list("hash_id", flat=True)
    )
    for held in hashes.values():
        if held.pk not in still_held:
            held.state = State.WITHDRAWN
    Hash.objects.bulk_update(hashes.values(), ["state"])
    changes = _log((claim.hash_id, hashes[claim.hash_id].state) for claim in open_claims)
    for claim, change in zip(open_claims, changes, strict=True):
        claim.withdrawn_on = on
        claim.revoked_id = change
    Claim.objects.bulk_update(open_claims, ["withdrawn_on", "revoked"])


def delete_claims(claims: Iterable[Claim], *, on: date) -> None:
    """Remove claims for good, withdrawing those that still stand.

    A hash that nobody claims or has claimed any more becomes Deleted: partners are told once
    more, and when they have heard it, forget_hashes can take the row away.
    """
    claims = list(claims)
    withdraw_claims(claims, on=on)
    hashes = _lock(Hash.objects.filter(claims__in=claims))
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).delete()
    kept = set(Claim.objects.filter(hash__in=hashes).values_list("hash_id", flat=True))
    orphans = [held for held in hashes.values() if held.pk not in kept]
    for held in orphans:
        held.state = State.DELETED
    Hash.objects.bulk_update(orphans, ["state"])
    _log((held.pk, State.DELETED) for held in orphans)


def forget_hashes(ids: Iterable[int]) -> int:
    """Erase Deleted hashes, their log rows and all that was said of them; return how many.

    One that has been claimed again, or whose last change is not published, is left alone. The
    feed's floor rises over their tombstones, so that a reader who missed one begins anew.
    """
    deleted = Hash.objects.filter(pk__in=ids, state=State.DELETED, suspended=False)
    free = deleted.exclude(claims__isnull=False).exclude(changes__seq__isnull=True)
    return _erase(_lock_if_still(free))


def purge_hashes(first: int, last: int) -> int:
    """Erase the withdrawn hashes between two places of the feed before their time; return how many.

    Their claims, log rows and all that was said of them go too. What is claimed, suspended, or
    withdrawn but not yet published as such is left alone. The feed's floor rises over them. The
    ledger keeps that they were erased.
    """
    return _purge(_withdrawn().filter(seq__range=(first, last)))


def purge_again(names: frozenset[str]) -> int:
    """Erase once more what the ledger names (hashes.ledger_names), after an older copy of the
    database was put back; return how many. What must be left alone is, as by purge_hashes.
    """
    named = [
        pk
        for pk, signal, value in _withdrawn().values_list("pk", "signal", "value").iterator()
        if not names.isdisjoint(ledger_names(signal, value))
    ]
    return _purge(Hash.objects.filter(pk__in=named))


def _withdrawn() -> models.QuerySet[Hash]:
    gone = (State.WITHDRAWN, State.DELETED)
    return Hash.objects.filter(state__in=gone, published_state__in=gone, suspended=False)


def _purge(withdrawn: models.QuerySet[Hash]) -> int:
    claimed = Claim.objects.filter(withdrawn_on__isnull=True).values("hash")
    free = withdrawn.exclude(pk__in=claimed).exclude(changes__seq__isnull=True)
    locked = _lock_if_still(free)
    Claim.objects.filter(hash__in=locked).delete()
    erased = [ledger_name(held.signal, held.value) for held in locked.values()]
    note(Kind.HASH_ERASED, erased, today())
    return _erase(locked)


def _erase(locked: Mapping[int, Hash]) -> int:
    Change.objects.filter(hash__in=locked).delete()
    Hash.objects.filter(pk__in=locked).delete()
    erased = max((held.seq or 0 for held in locked.values()), default=0)
    FeedHead.objects.filter(pk=1, floor__lt=erased).update(floor=erased)
    return len(locked)


def _log(changes: Iterable[tuple[int, str]]) -> list[int]:
    """Append (hash, state) to the change log; return the rows' numbers."""
    rows = [(held, str(state)) for held, state in changes]
    numbers = insert_and_number(Change, ("hash", "state"), rows)
    _tell()
    return numbers


def _tell() -> None:
    """Send hashes.signals.logged, once what has been logged is committed."""
    transaction.on_commit(lambda: logged.send(sender=Change), robust=True)


def lock_hashes(ids: Iterable[int]) -> dict[int, Hash]:
    """Hold these hashes until the transaction ends; return those that are there, by id.

    In the bank's order, which tells nothing of the order in which people came, as ids do.
    """
    return _lock(Hash.objects.filter(pk__in=list(ids)))


def judge(confidences: Mapping[int, Confidence]) -> None:
    """Set what has been judged of these hashes (by id), and announce each of them, even if its
    confidence is what it was.
    """
    locked = _lock(Hash.objects.filter(pk__in=confidences))
    changed = [held for held in locked.values() if held.confidence != confidences[held.pk]]
    for held in changed:
        held.confidence, held.judged = confidences[held.pk], True
    Hash.objects.bulk_update(changed, ["confidence", "judged"])
    _log((held.pk, held.state) for held in locked.values())


def suspend(held: Hash, holder: Holder, why: str, since: datetime | None = None) -> bool:
    """Hold a hash back from partners, to whom it looks withdrawn; whoever calls tells the audit.

    Returns whether that is new: what holds it back already goes on as it is, with its reason.
    `since` is given when a suspension is put back that was lifted by mistake.
    """
    (locked,) = _lock(Hash.objects.filter(pk=held.pk)).values()
    _, new = Suspension.objects.get_or_create(
        hash=locked,
        holder=holder,
        defaults={"since": since or timezone.now(), "why": why[:200]},
    )
    _follow_suspensions(locked)
    return new


def lift(held: Hash, holders: Collection[Holder] = tuple(Holder)) -> list[Suspension]:
    """End what these hold back; return what stood. Partners get the hash if nothing else does."""
    (locked,) = _lock(Hash.objects.filter(pk=held.pk)).values()
    standing = Suspension.objects.filter(hash=locked, holder__in=holders)
    stood = list(standing.order_by("since", "pk"))
    standing.delete()
    _follow_suspensions(locked)
    return stood


def _follow_suspensions(locked: Hash) -> None:
    suspended = Suspension.objects.filter(hash=locked).exists()
    if locked.suspended == suspended:
        return
    locked.suspended = suspended
    if locked.state not in (State.WITHDRAWN, State.DELETED):
        locked.state = State.SUSPENDED if suspended else State.RECEIVED
    locked.save(update_fields=["suspended", "state"])
    _log([(locked.pk, locked.state)])


def _locked_hashes(signals: set[tuple[str, str]]) -> dict[tuple[str, str], Hash]:
    found: dict[tuple[str, str], Hash] = {}
    # Once, but for a hash that was erased by whoever held its lock: that one is made anew.
    while missing := sorted(signals - found.keys()):
        Hash.objects.bulk_create(
            [Hash(signal=signal, value=value) for signal, value in missing], ignore_conflicts=True
        )
        rows = _lock(Hash.objects.filter(value__in=[value for _, value in missing])).values()
        found |= {(h.signal, h.value): h for h in rows if (h.signal, h.value) in signals}
    return found


def _lock_if_still(chosen: models.QuerySet[Hash]) -> dict[int, Hash]:
    """Lock hashes chosen for how they stand; return those that still do once they are locked."""
    locked = _lock(chosen)
    standing = chosen.filter(pk__in=locked).values_list("pk", flat=True)
    return {pk: locked[pk] for pk in standing}


def _lock(hashes: models.QuerySet[Hash]) -> dict[int, Hash]:
    """Lock in (signal, value) order; the sub-query keeps DISTINCT away from FOR UPDATE."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("The bank changes inside a transaction.")
    chosen = Hash.objects.filter(pk__in=hashes.values("pk")).order_by("signal", "value")
    return {h.pk: h for h in chosen.select_for_update(no_key=True)}
