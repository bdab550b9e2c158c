"""Withdrawals that a partner has said it carried out."""

from django.db import models

from hashes.models import Hash
from partners.models.accounts import Partner


class Acknowledgement(models.Model):
    """The partner has dropped the hash, as it stood at `seq` in the feed."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+")
    hash = models.ForeignKey(Hash, on_delete=models.CASCADE, related_name="+")
    seq = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "hash"], name="acknowledged_once")
        ]

    def __str__(self) -> str:
        return f"{self.partner} up to {self.seq}"
