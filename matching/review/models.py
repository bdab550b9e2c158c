"""The review queue: one item for each hash and platform, and what happened to it."""

from datetime import timedelta

from django.conf import settings
from django.db import models

from hashes.models import Hash
from partners.models import Partner

LEASE = timedelta(minutes=15)
ANSWER_WITHIN = timedelta(hours=48)


class Kind(models.TextChoices):
    """Why an item is in the queue: disputes first, then spikes, what is near a harmless picture,
    and matches.
    """

    MATCH = "match"
    SPIKE = "spike"
    DISPUTE = "dispute"
    HARMLESS = "harmless"


class Decision(models.TextChoices):
    """What staff decided about the hash."""

    KEEP = "keep", "Partners get the hash"
    SUSPEND = "suspend", "The hash is held back from partners"


class ReviewItem(models.Model):
    """What one platform's reports on one hash, or the bank itself (no partner), ask of staff.

    `opened_at` starts the clock. It is open while `decision` is empty, and out of sight until
    `held_until`. A lease keeps a second person off until it ends by itself. `lifted`
    is what the decision released, [[holder, why, since]], and its undoing puts back.
    """

    partner = models.ForeignKey(
        Partner, on_delete=models.CASCADE, null=True, related_name="reviews"
    )
    hash = models.ForeignKey(Hash, on_delete=models.CASCADE, related_name="reviews")
    kind = models.CharField(max_length=8, choices=Kind)
    opened_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True)
    leased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    leased_until = models.DateTimeField(null=True)
    decision = models.CharField(max_length=7, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    lifted = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "hash"], name="review_partner_hash"),
            models.UniqueConstraint(
                fields=["hash"], condition=models.Q(partner=None), name="review_bank_hash"
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=models.Q(decision=""), name="review_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.whose}"

    @property
    def whose(self) -> str:
        """Name who asks."""
        return self.partner.name if self.partner else "the bank"


class Step(models.TextChoices):
    """What can happen to an item."""

    OPENED = "opened"
    NOTED = "noted"
    HELD = "held"
    DECIDED = "decided"
    UNDONE = "undone"
    SUSPENDED = "suspended by rule"
    RELEASED = "released by rule"


class ReviewEntry(models.Model):
    """Append-only history of an item: who did what, and why. `who` is empty for a rule."""

    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="entries")
    at = models.DateTimeField()
    who = models.CharField(max_length=150, blank=True)
    step = models.CharField(max_length=17, choices=Step)
    decision = models.CharField(max_length=7, choices=Decision, blank=True)
    text = models.CharField(max_length=1000, blank=True)

    class Meta:
        verbose_name_plural = "review entries"

    def __str__(self) -> str:
        return f"{self.step} {self.at:%Y-%m-%d}"
