"""What partners do when the bank speaks."""

from typing import Any

from ncii.celery import wake
from partners.tasks import ring


def ring_partners(**kwargs: Any) -> None:
    """Wake the bell ringer; beat would, seconds later."""
    wake(ring)
