"""Reads of what partners have and say."""

import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min, Q, QuerySet
from django.db.models.functions import Lower

from hashes.models import Claim, Hash, State
from hashes.selectors import TOMBSTONES
from partners.models import BankVerdict, Feedback, FeedbackValue, FeedPosition, Partner
from partners.pseudonyms import held_id_of

# What a platform can say that means something to a person, weakest first.
SHOWN = (FeedbackValue.PENDING_REVIEW, FeedbackValue.NOT_BLOCKED, FeedbackValue.BLOCKED)


@dataclass(frozen=True)
class Readers:
    """How far each active partner has read, and what each says of some hashes."""

    partners: list[Partner]
    positions: dict[int, list[FeedPosition]]
    feedback: dict[tuple[int, int], Feedback]
    bank: dict[int, BankVerdict]

    def has_read(self, partner: Partner, held: Hash, seq: int | None) -> bool:
        """Say whether the partner was handed the feed up to `seq`, with this hash in it.

        A hash that is suspended, or that was withdrawn before anyone saw it, has been handed to
        nobody, wherever its log rows stand; one that is withdrawn, to nobody who began after that.
        """
        if seq is None or held.seq is None or held.suspended:
            return False
        gone_at = held.seq if held.published_state in TOMBSTONES else sys.maxsize
        return any(
            position.served_seq >= seq
            and position.fresh_seq < gone_at
            and position.signal in ("", held.signal)
            and position.confidence in ("", held.confidence)
            for position in self.positions.get(partner.pk, [])
        )

    def says(self, partner: Partner, since: Iterable[tuple[int, datetime | None]]) -> str | None:
        """Return the strongest of SHOWN that the partner said of these (hash, since when)."""
        said = {
            feedback.value
            for hash_id, moment in since
            if (feedback := self.feedback.get((partner.pk, hash_id)))
            and moment is not None
            and feedback.updated_at >= moment
        }
        return next((value for value in reversed(SHOWN) if value in said), None)

    def bank_says(self, hash_id: int, since: datetime | None) -> str | None:
        """Return what the bank's staff decided of the hash since then."""
        verdict = self.bank.get(hash_id)
        told = verdict is not None and since is not None and verdict.at >= since
        return verdict.value if verdict and told else None


def forgettable_hashes(*, told_before: datetime) -> list[int]:
    """Return the ids of Deleted hashes that no partner needs to hear of any more.

    Every stream of every active partner has passed the tombstone, or it was published before
    `told_before`: a partner that stays away that long has to begin anew.
    """
    slowest = FeedPosition.objects.filter(partner__active=True).aggregate(passed=Min("passed_seq"))[
        "passed"
    ]
    deleted = Hash.objects.filter(state=State.DELETED)
    heard = Q(published_at__lt=told_before) | Q(seq__isnull=True)
    if slowest is None:
        heard = Q()
    else:
        heard |= Q(seq__lte=slowest)
    shown = Q(published_state=State.DELETED) | Q(seq__isnull=True)
    return list(deleted.filter(heard, shown).values_list("pk", flat=True))


def furthest_read(partner: Partner, api: str) -> int:
    """Return up to where the partner has been told of withdrawals by this API; 0 if it never came.

    For readers that come back with a time, which alone does not show what has been erased since.
    """
    streams = FeedPosition.objects.filter(partner=partner, api=api)
    known = streams.aggregate(read=Max("served_seq"), fresh=Max("fresh_seq"))
    return max(known["read"] or 0, known["fresh"] or 0)


def readers(hash_ids: Iterable[int]) -> Readers:
    """Return the active partners, how far each has read, and what they and the bank say of these
    hashes.
    """
    hash_ids = list(hash_ids)
    positions: dict[int, list[FeedPosition]] = {}
    for position in FeedPosition.objects.filter(partner__active=True):
        positions.setdefault(position.partner_id, []).append(position)
    said = Feedback.objects.filter(hash__in=hash_ids, partner__active=True, value__in=SHOWN)
    return Readers(
        list(Partner.objects.filter(active=True)),
        positions,
        {(feedback.partner_id, feedback.hash_id): feedback for feedback in said},
        {verdict.hash_id: verdict for verdict in BankVerdict.objects.filter(hash__in=hash_ids)},
    )


def published_variants(hash_ids: Collection[int]) -> dict[int, list[str]]:
    """Return which pixels each hash was made of, by its published claims that still stand."""
    claims = Claim.objects.filter(
        about(hash_ids), withdrawn_on__isnull=True, announced__seq__isnull=False
    )
    found: dict[int, list[str]] = {}
    for hash_id, variant in claims.values_list("hash", "variant"):
        variants = found.setdefault(hash_id, [])
        if variant not in variants:
            variants.append(variant)
            variants.sort()
    return found


def about(hash_ids: Collection[int]) -> Q:
    """Return the condition that a row's hash is one of these, and perhaps a few more.

    Hashes of a page mostly lie close together, and a range is read several times faster than a
    long list.
    """
    if not hash_ids:
        return Q(hash__in=())
    first, last = min(hash_ids), max(hash_ids)
    if last - first < 2 * len(hash_ids):
        return Q(hash__gte=first, hash__lte=last)
    return Q(hash__in=hash_ids)


@dataclass(frozen=True)
class ClaimState:
    """A published claim on a hash, and whether its withdrawal has been published."""

    pk: int
    withdrawn: bool


def published_claims(hash_ids: Collection[int]) -> dict[int, list[ClaimState]]:
    """Return every published claim on each of these hashes."""
    claims = Claim.objects.filter(about(hash_ids), announced__seq__isnull=False)
    found: dict[int, list[ClaimState]] = {}
    for pk, hash_id, revoked in claims.values_list("pk", "hash", "revoked__seq").order_by("pk"):
        found.setdefault(hash_id, []).append(ClaimState(pk, revoked is not None))
    return found


def known_hash(partner: Partner, name: str) -> Hash | None:
    """Return the hash that the partner knows by this pairwise id; None for anything else."""
    held_id = held_id_of(partner.pk, name)
    return None if held_id is None else _to_be_seen().filter(pk=held_id).first()


def hash_of_signal(signal: str, value: str) -> Hash | None:
    """Return the hash of that signal, if partners were told of it and may still hold it."""
    return _to_be_seen().filter(signal=signal, value=value).first()


def hashes_of_values(values: Iterable[str]) -> dict[str, Hash]:
    """Return the hashes of these bare values that partners were told of and may still hold."""
    return {held.value: held for held in _to_be_seen().filter(value__in=values)}


def _to_be_seen() -> QuerySet[Hash]:
    return Hash.objects.filter(published_state__in=(State.ACTIVE, State.WITHDRAWN))


def named_partners() -> QuerySet[Partner]:
    """Return the active partners that agreed to be named in public, by name."""
    return Partner.objects.filter(active=True, named=True).order_by(Lower("name"))
