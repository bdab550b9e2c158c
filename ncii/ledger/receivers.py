"""What the ledger does when something has been taken back."""

from typing import Any

from ncii.celery import wake
from ncii.ledger.tasks import write_ledger


def wake_writer(**kwargs: Any) -> None:
    """Wake the writer; beat would, seconds later."""
    wake(write_ledger)
