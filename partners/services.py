"""What changes partners' accounts, keys and feedback."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from hashes.models import Confidence, Hash
from hashes.services import announce, set_confidence
from partners.keys import new_key
from partners.models import (
    ApiKey,
    Feedback,
    FeedbackEntry,
    FeedbackValue,
    FeedPosition,
    Partner,
    Scope,
)


def make_key(
    partner: Partner,
    *,
    scopes: Sequence[str] = tuple(Scope.values),
    label: str = "",
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make an API key; return the row and the key's text, which is never to be had again."""
    fresh = new_key()
    row = ApiKey.objects.create(
        partner=partner,
        label=label,
        public_id=fresh.public_id,
        digest=fresh.digest,
        digest_key_id=fresh.digest_key_id,
        scopes=list(scopes),
        expires_at=expires_at,
    )
    return row, fresh.text


def revoke_key(key: ApiKey) -> None:
    """Make the key useless from the next request on."""
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])


@transaction.atomic
def record_feedback(
    partner: Partner, held: Hash, value: FeedbackValue, tags: Sequence[str] = ()
) -> Feedback:
    """Set what the partner says of the hash, keep the history, and share it in the feed."""
    now = timezone.now()
    fields = {"value": value, "tags": list(tags), "updated_at": now}
    Hash.objects.select_for_update(no_key=True).get(pk=held.pk)
    before = Feedback.objects.filter(partner=partner, hash=held).first()
    if before and (before.value, before.tags) == (value, list(tags)):
        return before
    feedback, _ = Feedback.objects.update_or_create(partner=partner, hash=held, defaults=fields)
    FeedbackEntry.objects.create(feedback=feedback, value=value, tags=list(tags), at=now)
    if not set_confidence(held, _confidence(held)):
        announce(Hash.objects.get(pk=held.pk))
    return feedback


def _confidence(held: Hash) -> Confidence:
    """Blocked by a partner confirms; NotBlocked by one, with nobody blocking, disputes."""
    said = set(Feedback.objects.filter(hash=held).values_list("value", flat=True))
    if FeedbackValue.BLOCKED in said:
        return Confidence.CONFIRMED
    return Confidence.DISPUTED if FeedbackValue.NOT_BLOCKED in said else Confidence.UNVERIFIED


def note_position(
    partner: Partner,
    api: str,
    *,
    passed: int,
    served: int,
    signal: str = "",
    confidence: str = "",
) -> None:
    """Note that a partner came with `passed` and was handed everything up to `served`."""
    stream: dict[str, Any] = {
        "partner": partner,
        "api": api,
        "signal": signal,
        "confidence": confidence,
    }
    FeedPosition.objects.get_or_create(**stream)
    FeedPosition.objects.filter(served_seq__lt=served, **stream).update(served_seq=served)
    FeedPosition.objects.filter(passed_seq__lt=passed, **stream).update(
        passed_seq=passed, passed_at=timezone.now()
    )
