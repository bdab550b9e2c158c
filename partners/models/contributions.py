"""What platforms put into the bank."""

from uuid import uuid4

from django.db import models

from hashes.models import Claim
from partners.models.accounts import Partner


class Contribution(models.Model):
    """A claim that a partner holds, as a case holds others."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="contributions")
    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="contribution")
    # Names the contribution in the ledger of withdrawals, and nowhere else.
    ledger_id = models.UUIDField(default=uuid4, unique=True, editable=False)

    def __str__(self) -> str:
        return f"{self.partner}: {self.claim}"
