"""What Celery does for cases."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cases.figures.days import note_days
from cases.services import forget_tries, purge_withdrawn
from hashes.services import forget_hashes
from ncii.lib.days import today
from partners.withdrawals import forgettable_hashes

# Long enough that who goes on guessing gains nothing by it.
TRIES_KEPT = timedelta(days=7)


@shared_task
def tidy() -> None:
    """Delete what has been withdrawn for long enough, and erase what every partner has heard of.

    First the days that are over are written down: what goes is counted before it goes.
    """
    note_days()
    day = today()
    purge_withdrawn(withdrawn_before=day - timedelta(days=settings.WITHDRAWN_CASE_DAYS), on=day)
    forget_tries(before=timezone.now() - TRIES_KEPT)
    told_before = timezone.now() - timedelta(days=settings.TOMBSTONE_DAYS)
    with transaction.atomic():
        forget_hashes(forgettable_hashes(told_before=told_before))
