"""What the bank's own staff say of a hash."""

from django.db import models

from hashes.models import Hash
from partners.models.feed import FeedbackValue


class BankVerdict(models.Model):
    """The word of the bank itself, beside those of platforms: Blocked (partners get the hash) or
    NotBlocked (it is held back). No row: staff have not decided. What was decided before, by whom
    and why is in the review's history.
    """

    hash = models.OneToOneField(Hash, on_delete=models.CASCADE, related_name="bank_verdict")
    value = models.CharField(max_length=14, choices=FeedbackValue)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"The bank: {self.value}"
