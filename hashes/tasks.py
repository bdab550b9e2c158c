"""Celery's way into the bank."""

from celery import shared_task

from hashes import publisher


@shared_task
def publish() -> None:
    """Publish what has been committed. Woken on commit, and by beat."""
    publisher.publish()
