"""What the bank does when something has changed in it."""

from typing import Any

from hashes.tasks import publish
from ncii.celery import wake


def wake_publisher(**kwargs: Any) -> None:
    """Wake the publisher; beat would, seconds later."""
    wake(publish)
