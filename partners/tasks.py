"""Celery's way to partners. Woken by what happened, and by beat in case nobody could wake them."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from ncii.celery import wake
from ncii.lib.days import today
from partners.contributions import purge_withdrawn
from partners.idempotency import forget_old_answers
from partners.webhooks.delivering import deliver_due
from partners.webhooks.ringing import ring_endpoints
from partners.webhooks.upkeep import forget_old_deliveries, warn_of_expiring_keys


@shared_task
def ring() -> None:
    """Write the deliveries that endpoints behind the feed's head are owed."""
    if ring_endpoints():
        wake(deliver)


@shared_task
def deliver() -> None:
    """Post a batch of the deliveries that are due; wake another worker for the rest."""
    if deliver_due():
        wake(deliver)


@shared_task
def tend() -> None:
    """Warn partners of keys that end soon; forget what was withdrawn, sent or answered long ago."""
    day = today()
    purge_withdrawn(withdrawn_before=day - timedelta(days=settings.WITHDRAWN_CASE_DAYS), on=day)
    forget_old_deliveries()
    forget_old_answers()
    if warn_of_expiring_keys():
        wake(deliver)
