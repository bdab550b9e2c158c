"""Carrying out a request once, however often and however concurrently it is sent."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from partners.models import ApiKey, IdempotentAnswer

KEPT_FOR = timedelta(hours=24)
# A request whose worker was killed leaves a row without an answer, and nothing else.
GIVEN_UP_AFTER = timedelta(minutes=2)


class OtherRequest(Exception):
    """The key was used for a request that was not this one."""


class StillRunning(Exception):
    """The first request under this key is not answered yet."""


def once(
    key: ApiKey, name: str, route: str, fingerprint: str, work: Callable[[], tuple[int, Any]]
) -> tuple[IdempotentAnswer, bool]:
    """Return the answer kept under the name, and whether it was there already.

    `work` runs in the transaction that keeps its answer. When it raises, nothing is kept.
    Raises OtherRequest and StillRunning.
    """
    mine = _reserve(key, name, route, fingerprint)
    if mine is None:
        return _kept(key, name, fingerprint), True
    try:
        with transaction.atomic():
            # Whoever took the row over, thinking us dead, goes on; we stop here.
            if not _still(mine).select_for_update().exists():
                raise StillRunning
            mine.status, body = work()
            mine.body = json.dumps(body)
            mine.save(update_fields=["status", "body"])
    except BaseException:
        _still(mine).delete()
        raise
    return mine, False


def _reserve(key: ApiKey, name: str, route: str, fingerprint: str) -> IdempotentAnswer | None:
    """Write the row that says the request is running; None if there is one to wait for."""
    now = timezone.now()
    rows = IdempotentAnswer.objects.filter(key=key, idempotency_key=name)
    rows.filter(created_at__lte=now - KEPT_FOR).delete()
    rows.filter(
        status__isnull=True, fingerprint=fingerprint, created_at__lte=now - GIVEN_UP_AFTER
    ).delete()
    try:
        with transaction.atomic():
            return IdempotentAnswer.objects.create(
                key=key,
                idempotency_key=name,
                route=route[:120],
                fingerprint=fingerprint,
                created_at=now,
            )
    except IntegrityError:
        return None


def _kept(key: ApiKey, name: str, fingerprint: str) -> IdempotentAnswer:
    row = IdempotentAnswer.objects.filter(key=key, idempotency_key=name).first()
    if row is None or row.status is None:
        if row is not None and row.fingerprint != fingerprint:
            raise OtherRequest
        raise StillRunning
    if row.fingerprint != fingerprint:
        raise OtherRequest
    return row


def _still(row: IdempotentAnswer) -> Any:
    return IdempotentAnswer.objects.filter(pk=row.pk, status__isnull=True)


def forget_old_answers() -> int:
    """Erase the answers of more than a day ago; return how many."""
    old = IdempotentAnswer.objects.filter(created_at__lte=timezone.now() - KEPT_FOR)
    return old.delete()[0]
