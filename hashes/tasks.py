"""Celery's way into the bank."""

from celery import shared_task

from hashes import publisher
from hashes.selectors import unpublished
from ncii.lib.locks import seat

SEAT = publisher.LOCK + 1


@shared_task
def publish() -> None:
    """Publish what has been committed. Woken on commit, and by beat.

    Each commit wakes one of these, so all but one must end at once: waiting in line for the
    publisher's lock they would keep the workers from everything else. Whoever has the seat looks
    once more after leaving it, so nothing that came meanwhile waits for the next one.
    """
    while unpublished().exists():
        with seat(SEAT) as mine:
            if not mine or not publisher.publish():
                return
