"""What changes partners' accounts, keys and feedback."""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from hashes.models import Hash
from hashes.services import judge, lock_hashes
from ncii.ledger.models import Kind
from ncii.ledger.services import note
from ncii.lib.days import today
from partners.confidence import confidences
from partners.keys import new_key, opens, public_id_of
from partners.models import (
    ApiKey,
    Feedback,
    FeedbackEntry,
    FeedbackValue,
    FeedPosition,
    Partner,
    Scope,
)
from partners.selectors import key_named

_FOLLOW = """
UPDATE partners_feedposition
SET served_seq = %(served)s, passed_seq = %(passed)s, passed_at = %(at)s
WHERE partner_id = %(partner)s AND api = %(api)s AND signal = %(signal)s
  AND confidence = %(confidence)s AND variants = %(variants)s
  AND passed_seq < %(passed)s AND served_seq >= %(passed)s AND served_seq < %(served)s
"""


class KeyRefused(Exception):
    """The key opens nothing; the message says why and what to do, to whoever sent it."""


def open_key(text: str, address: str) -> ApiKey:
    """Return the key that this is the text of, its partner with it, and note the day.

    `address` is who asks; it is compared with the key's networks and forgotten.

    Raises KeyRefused. A mistyped key fails by its checksum, without a look at the database; a
    key that exists fails in the same words as one that does not, unless its secret is right.
    """
    public_id = public_id_of(text)
    if public_id is None:
        raise KeyRefused("This is not one of our keys: check that it was copied whole.")
    key = key_named(public_id)
    if key is None or not opens(text, key.digest, key.digest_key_id):
        raise KeyRefused("This key is not known here: ask your partner manager for a new one.")
    if key.revoked_at is not None:
        raise KeyRefused("This key was revoked: use another, or ask your partner manager for one.")
    if _has_expired(key):
        raise KeyRefused("This key has expired: use another, or ask your partner manager for one.")
    if key.networks and not _is_in(address, key.networks):
        raise KeyRefused("This key may not be used from this address: see its networks.")
    if not key.partner.active:
        raise KeyRefused("This partner's access is paused: ask your partner manager.")
    if key.last_used_on != today():
        key.last_used_on = today()
        key.save(update_fields=["last_used_on"])
    return key


def _is_in(address: str, networks: Iterable[str]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in ipaddress.ip_network(network) for network in networks)


def make_key(
    partner: Partner,
    *,
    scopes: Sequence[str] = tuple(Scope.values),
    label: str = "",
    expires_at: datetime | None = None,
    networks: Sequence[str] = (),
    sandbox: bool = False,
) -> tuple[ApiKey, str]:
    """Make an API key; return the row and the key's text, which is never to be had again."""
    fresh, now = new_key(), timezone.now()
    row = ApiKey.objects.create(
        partner=partner,
        label=label,
        public_id=fresh.public_id,
        digest=fresh.digest,
        digest_key_id=fresh.digest_key_id,
        scopes=list(scopes),
        created_at=now,
        expires_at=expires_at,
        lifetime=expires_at - now if expires_at else None,
        networks=list(networks),
        sandbox=sandbox,
    )
    return row, fresh.text


class KeyEnded(Exception):
    """The key was revoked or has expired."""


@transaction.atomic
def rotate_key(key: ApiKey, overlap: timedelta) -> tuple[ApiKey, str]:
    """Make a key like this one, which goes on working for `overlap`, or less if it ends sooner.

    The new key lasts as long as the old one was made to last.
    Raises KeyEnded: what was revoked, in this very moment perhaps, has no successor.
    """
    key = _locked(key)
    if key.revoked_at is not None or _has_expired(key):
        raise KeyEnded
    now = timezone.now()
    row, text = make_key(
        key.partner,
        scopes=key.scopes,
        label=key.label,
        expires_at=now + key.lifetime if key.lifetime else None,
        networks=key.networks,
        sandbox=key.sandbox,
    )
    ends = now + overlap
    if key.expires_at is None or key.expires_at > ends:
        key.expires_at = ends
        key.save(update_fields=["expires_at"])
    return row, text


@transaction.atomic
def revoke_key(key: ApiKey) -> None:
    """Make the key useless from the next request on, and after an old backup too."""
    key.revoked_at = _locked(key).revoked_at
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        note(Kind.KEY_REVOKED, [key.public_id], today())


def _locked(key: ApiKey) -> ApiKey:
    return ApiKey.objects.select_for_update(no_key=True).get(pk=key.pk)


def _has_expired(key: ApiKey) -> bool:
    return key.expires_at is not None and key.expires_at <= timezone.now()


@dataclass(frozen=True)
class Said:
    """What a partner says of a hash."""

    value: str
    tags: tuple[str, ...] = ()


def record_feedback(
    partner: Partner, held: Hash, value: FeedbackValue, tags: Sequence[str] = ()
) -> Feedback:
    """Set what the partner says of the hash, keep the history, and share it in the feed."""
    record_feedbacks(partner, {held.pk: Said(value, tuple(tags))})
    return Feedback.objects.get(partner=partner, hash=held)


@transaction.atomic
def record_feedbacks(partner: Partner, said: Mapping[int, Said]) -> None:
    """Set what the partner says of hashes (by id), all or none, in a fixed number of queries.

    What is said again, unchanged, is not shared again, but now also holds for whoever claimed
    the hash since it was first said.
    """
    now = timezone.now()
    lock_hashes(said)
    before = Feedback.objects.filter(partner=partner, hash__in=said)
    same = {
        each.hash_id for each in before if Said(each.value, tuple(each.tags)) == said[each.hash_id]
    }
    before.filter(hash__in=same).update(updated_at=now)
    new = {held_id: what for held_id, what in said.items() if held_id not in same}
    rows = Feedback.objects.bulk_create(
        (
            Feedback(
                partner=partner, hash_id=pk, value=what.value, tags=list(what.tags), updated_at=now
            )
            for pk, what in new.items()
        ),
        update_conflicts=True,
        unique_fields=["partner", "hash"],
        update_fields=["value", "tags", "updated_at"],
    )
    FeedbackEntry.objects.bulk_create(
        FeedbackEntry(feedback=row, value=row.value, tags=row.tags, at=now) for row in rows
    )
    judge(confidences(new))


def note_position(
    partner: Partner,
    api: str,
    *,
    passed: int,
    served: int,
    fresh_until: int = 0,
    signal: str = "",
    confidence: str = "",
    variants: int = 0,
) -> None:
    """Note that a partner came with `passed` and was handed everything up to `served`.

    Nothing is noted of a reader that left out what it was never handed: a person is told "sent
    to this platform" by what is noted here.
    """
    stream: dict[str, Any] = {
        "partner": partner,
        "api": api,
        "signal": signal,
        "confidence": confidence,
        "variants": variants,
    }
    if passed < served and _followed(stream, passed, served):
        return
    positions = FeedPosition.objects.filter(**stream)
    row, _ = FeedPosition.objects.get_or_create(**stream)
    if _jumped(row.served_seq, passed):
        return
    if passed == 0 and row.fresh_seq < fresh_until:
        positions.update(fresh_seq=fresh_until)
    if row.served_seq < served:
        positions.filter(served_seq__lt=served).update(served_seq=served)
    if row.passed_seq < passed:
        positions.filter(passed_seq__lt=passed).update(passed_seq=passed, passed_at=timezone.now())


def _followed(stream: Mapping[str, Any], passed: int, served: int) -> bool:
    """Note the usual page, which goes on from what was handed over last, in one query."""
    moment = connection.ops.adapt_datetimefield_value(timezone.now())
    values = {"partner": stream["partner"].pk, "passed": passed, "served": served, "at": moment}
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {**stream, **values})
        return bool(cursor.rowcount > 0)


def _jumped(served: int, passed: int) -> bool:
    """Say whether a reader skipped hashes it was never handed, as one can by a time of its own."""
    return passed > served and Hash.objects.filter(seq__gt=served, seq__lte=passed).exists()
