"""Celery's way into the bank."""

import time

from celery import shared_task

from hashes import publisher
from hashes.selectors import unpublished
from ncii.celery import wake
from ncii.lib import notices
from ncii.lib.locks import seat

SEAT = publisher.LOCK + 1
WOKEN = "publisher-woken"
# Changes gather for so long between two runs: a run costs what it costs, however few it finds.
GATHER_SECONDS = 0.2
# Then another worker goes on. Stays below the broker's visibility timeout.
SIT_SECONDS = 30


@shared_task
def publish() -> None:
    """Publish what has been committed, until nothing comes. Woken on commit, and by beat.

    All but one of these must end at once: waiting in line for the publisher's lock they would
    keep the workers from everything else. Whoever has the seat looks once more after leaving it,
    so nothing that came meanwhile waits for the next one.
    """
    until = time.monotonic() + SIT_SECONDS
    while unpublished().exists():
        with seat(SEAT) as mine:
            if not mine or not _publish_what_comes(until):
                return
        if time.monotonic() >= until:
            wake(publish)
            return


def _publish_what_comes(until: float) -> bool:
    """Publish again and again while something comes; return whether anything did.

    Meanwhile the notice is up that the publisher is awake, and commits wake nobody. It comes down
    before the last look: what was committed while it stood is seen, and what comes later wakes
    somebody.
    """
    notices.keep_up(WOKEN)
    found = publisher.publish()
    while found and time.monotonic() < until:
        time.sleep(GATHER_SECONDS)
        notices.keep_up(WOKEN)
        if not publisher.publish():
            break
    notices.take_down(WOKEN)
    return publisher.publish() + found > 0
