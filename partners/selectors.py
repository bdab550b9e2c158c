"""Reads of what partners have and say."""

import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Max, QuerySet
from django.db.models.functions import Lower

from hashes.models import Hash, Holder, State, Suspension
from hashes.selectors import TOMBSTONES, still_waiting
from partners.models import ApiKey, BankVerdict, Feedback, FeedbackValue, FeedPosition, Partner
from partners.pseudonyms import held_id_of

# What a platform can say that means something to a person, weakest first.
SHOWN = (FeedbackValue.PENDING_REVIEW, FeedbackValue.NOT_BLOCKED, FeedbackValue.BLOCKED)

# As text, since every request asks it, and Django takes longer to put it together.
_KEY = """
SELECT key.*, partner.name AS its_name, partner.active AS it_is_active
FROM partners_apikey key JOIN partners_partner partner ON partner.id = key.partner_id
WHERE key.public_id = %s
"""
_CLAIMS = """
SELECT id, hash_id, announced_id, revoked_id FROM hashes_claim WHERE {these} ORDER BY id
"""


@dataclass(frozen=True)
class Readers:
    """How far each active partner has read, and what each says of some hashes."""

    partners: list[Partner]
    positions: dict[int, list[FeedPosition]]
    feedback: dict[tuple[int, int], Feedback]
    bank: dict[int, BankVerdict]
    held: dict[int, datetime]

    def has_read(self, partner: Partner, held: Hash, seq: int | None) -> bool:
        """Say whether the partner was handed the feed up to `seq`, with this hash in it.

        A hash that is suspended, or that was withdrawn before anyone saw it, has been handed to
        nobody, wherever its log rows stand; one that is withdrawn, to nobody who began after that.
        """
        if seq is None or held.seq is None or held.suspended:
            return False
        gone = held.published_state in TOMBSTONES
        gone_at = held.seq if gone else sys.maxsize
        of_these = held.variants_ever if gone else held.variants
        return any(
            position.served_seq >= seq
            and position.fresh_seq < gone_at
            and position.signal in ("", held.signal)
            and position.confidence in ("", held.confidence)
            and (not position.variants or position.variants & of_these)
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

    def is_held(self, hash_id: int, since: datetime | None) -> bool:
        """Say whether disputes or a spike have come to hold the hash back since then."""
        moment = self.held.get(hash_id)
        return moment is not None and since is not None and moment >= since

    def bank_says(self, hash_id: int, since: datetime | None) -> str | None:
        """Return what the bank's staff decided of the hash since then."""
        verdict = self.bank.get(hash_id)
        told = verdict is not None and since is not None and verdict.at >= since
        return verdict.value if verdict and told else None


def furthest_read(partner: Partner, api: str) -> tuple[int, int]:
    """Return up to where the partner was handed the feed by this API, and where the feed stood
    when it last began with an empty list; zeros if it never came.
    """
    streams = FeedPosition.objects.filter(partner=partner, api=api)
    known = streams.aggregate(served=Max("served_seq"), fresh=Max("fresh_seq"))
    return known["served"] or 0, known["fresh"] or 0


def readers(hash_ids: Iterable[int]) -> Readers:
    """Return the active partners, how far each has read, and what they and the bank say of these
    hashes.
    """
    hash_ids = list(hash_ids)
    positions: dict[int, list[FeedPosition]] = {}
    for position in FeedPosition.objects.filter(partner__active=True):
        positions.setdefault(position.partner_id, []).append(position)
    said = Feedback.objects.filter(hash__in=hash_ids, partner__active=True, value__in=SHOWN)
    # Never what is near a harmless picture: nobody shall learn that list by trying.
    shown = Suspension.objects.filter(hash__in=hash_ids, holder__in=(Holder.DISPUTES, Holder.SPIKE))
    return Readers(
        list(Partner.objects.filter(active=True)),
        positions,
        {(feedback.partner_id, feedback.hash_id): feedback for feedback in said},
        {verdict.hash_id: verdict for verdict in BankVerdict.objects.filter(hash__in=hash_ids)},
        dict(shown.values_list("hash_id", "since").order_by("since")),
    )


def about(column: str, hash_ids: Collection[int]) -> str:
    """Return the SQL condition that the column names one of these hashes, or perhaps another.

    Hashes of a page mostly lie close together, and a range is read several times faster than a
    long list.
    """
    if not hash_ids:
        return "1 = 0"
    first, last = min(hash_ids), max(hash_ids)
    if last - first < 2 * len(hash_ids):
        return f"{column} BETWEEN {first:d} AND {last:d}"
    return f"{column} IN ({','.join(f'{pk:d}' for pk in hash_ids)})"


def published_claims(hash_ids: Collection[int]) -> list[tuple[int, int, bool]]:
    """Return (id, hash, whether its withdrawal is published) of every published claim on these
    hashes, and perhaps on a few more, oldest first.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS.format(these=about("hash_id", hash_ids)))
        claims = cursor.fetchall()
    told_by = {change for *_, made, revoked in claims for change in (made, revoked) if change}
    waiting = still_waiting(told_by)
    return [
        (pk, hash_id, revoked is not None and revoked not in waiting)
        for pk, hash_id, made, revoked in claims
        if made not in waiting
    ]


def key_named(public_id: str) -> ApiKey | None:
    """Return the key of that id with its partner; what else there is of the partner than its name
    and whether it is active is read when it is asked for.
    """
    for key in ApiKey.objects.raw(_KEY, [public_id]):
        known = vars(key)
        facts = [key.partner_id, known["its_name"], bool(known["it_is_active"])]
        key.partner = Partner.from_db(None, ["id", "name", "active"], facts)
        return key
    return None


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
