"""What changes cases."""

from cases.services.access import enter_case
from cases.services.intake import MAX_FILES, FileInput, OpenedCase, has_opened, open_case
from cases.services.restoring import erase_again, replay
from cases.services.retention import forget_tries, purge_withdrawn
from cases.services.withdrawal import withdraw_case

__all__ = [
    "MAX_FILES",
    "FileInput",
    "OpenedCase",
    "enter_case",
    "erase_again",
    "forget_tries",
    "has_opened",
    "open_case",
    "purge_withdrawn",
    "replay",
    "withdraw_case",
]
