"""Celery's way to the ledger."""

from celery import shared_task

from ncii.ledger import services


@shared_task
def write_ledger() -> None:
    """Bring what was taken back to the file. Woken on commit, and by beat."""
    services.write_out()
