"""The audit: what staff did and looked at, each entry sealed with the one before it."""

from typing import Any, NoReturn

from django.db import models


class AppendOnly(Exception):
    """An entry of the audit is never changed and never taken away."""


class AuditEntry(models.Model):
    """`seal` is an HMAC over the entry and the seal before it (ncii.staff.audit).

    No foreign key: an entry says who it was by name and number, whatever becomes of the account.
    The database refuses changes as well, by triggers (ncii.staff.protection).
    """

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    who = models.CharField(max_length=150)
    who_id = models.IntegerField(null=True)
    act = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    key_id = models.CharField(max_length=32)
    seal = models.CharField(max_length=64)

    class Meta:
        verbose_name = "audit entry"
        verbose_name_plural = "audit"
        ordering = ["-number"]
        indexes = [models.Index(fields=["at"], name="audit_at")]

    def __str__(self) -> str:
        return f"{self.number}: {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new entry; raise AppendOnly for one that stands already."""
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise AppendOnly."""
        raise AppendOnly


class AuditHead(models.Model):
    """The one row that knows the last entry, so that a cut end shows; locked while one is added."""

    number = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"up to {self.number}"
