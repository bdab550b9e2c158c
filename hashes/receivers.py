"""What the bank does when something has changed in it."""

from typing import Any

from hashes.tasks import WOKEN, publish
from ncii.celery import wake
from ncii.lib import notices


def wake_publisher(**kwargs: Any) -> None:
    """Wake the publisher, unless it is known to be awake; beat would, seconds later."""
    if notices.put_up(WOKEN):
        wake(publish)
