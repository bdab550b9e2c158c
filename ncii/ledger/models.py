"""Entries that the file does not hold yet."""

from django.db import models


class Kind(models.TextChoices):
    """What was taken back."""

    CASE_WITHDRAWN = "case-withdrawn"
    CONTRIBUTION_WITHDRAWN = "contribution-withdrawn"
    KEY_REVOKED = "key-revoked"
    HASH_ERASED = "hash-erased"


class Entry(models.Model):
    """One deletion. `ref` is a random name, or one made under a key, that leads to a row and to
    nothing outside the bank.
    """

    kind = models.CharField(max_length=24, choices=Kind)
    ref = models.CharField(max_length=36)
    on = models.DateField()

    class Meta:
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
