"""The list of harmless pictures."""

from django.db import models
from django.db.models import Q

from hashes.signal_types import SIGNAL_TYPES
from ncii.staff.models import Approval


class HarmlessHash(models.Model):
    """A signal of a picture that is no intimate image: a flag, a logo, a meme.

    `approval` is the request that two people stood behind; only what ships with the product, made
    by code, has none. `swept` says that the bank has been gone through since it was listed or
    removed. Removed ones stay as history.
    """

    signal = models.CharField(max_length=16, choices=[(name, name) for name in SIGNAL_TYPES])
    value = models.CharField(max_length=64)
    label = models.CharField(max_length=80)
    made = models.BooleanField(default=False)
    listed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    swept = models.BooleanField(default=False)
    approval = models.ForeignKey(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    removal = models.ForeignKey(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = "harmless picture"
        constraints = [
            models.UniqueConstraint(
                fields=["signal", "value"], condition=Q(removed_at=None), name="harmless_once"
            ),
            models.CheckConstraint(
                condition=Q(made=True) | Q(approval__isnull=False), name="harmless_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(removal__isnull=False),
                name="harmless_removed_by_two_people",
            ),
        ]
        indexes = [models.Index(fields=["swept"], condition=Q(swept=False), name="harmless_new")]

    def __str__(self) -> str:
        return self.label
