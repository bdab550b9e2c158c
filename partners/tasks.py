"""Celery's way to partners."""

from celery import shared_task


@shared_task
def ring() -> None:
    """Write the deliveries that endpoints behind the feed's head are owed."""


@shared_task
def deliver() -> None:
    """Post the deliveries that are due."""
