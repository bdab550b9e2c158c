"""Long-polling: an answer that waits for news, for platforms without an address to ring at.

A waiting request holds a thread of the web server, so each process lets a few wait and answers the
others at once: `wait` is the longest wait, never a promise.
"""

import threading
import time
from collections.abc import Callable

from hashes.selectors import FeedPage, feed_head
from ncii.lib import ending

LONGEST = 30
PAUSE = 0.25
_seats = threading.BoundedSemaphore(2)


def wait_for_news(read: Callable[[], FeedPage], seconds: int) -> FeedPage:
    """Return what `read` gives as soon as that is something, or after `seconds`.

    Where the web process is asked to end meanwhile, it returns at once.
    """
    if not seconds:
        return read()
    seen = _head()
    page = read()
    if len(page.records) or not _seats.acquire(blocking=False):
        return page
    try:
        deadline = time.monotonic() + seconds
        while not (len(page.records) or ending.asked.is_set()) and time.monotonic() < deadline:
            time.sleep(PAUSE)
            head = _head()
            if head != seen:
                seen, page = head, read()
    finally:
        _seats.release()
    return page


def _head() -> int:
    head = feed_head()
    return head.seq if head else 0
