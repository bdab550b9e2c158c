"""Celery's way to partners. Woken by what happened, and by beat in case nobody could wake them."""

from celery import shared_task

from ncii.celery import wake
from partners.webhooks.delivering import deliver_due
from partners.webhooks.ringing import ring_endpoints


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
