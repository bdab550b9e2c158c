"""How far each partner has read, and what it says of a hash."""

from django.db import models

from hashes.models import Hash
from partners.models.accounts import Partner


class FeedPosition(models.Model):
    """How far a partner has got in one stream of the feed (API × filters; `variants` as bits, 0
    for all).

    `served_seq`: everything up to here has been handed over. `passed_seq`: the partner has come
    back with a cursor beyond it, so it has kept what was handed over. `fresh_seq`: it last began
    with an empty list when the feed stood here, and was told of no withdrawal before that.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="positions")
    api = models.CharField(max_length=16)
    signal = models.CharField(max_length=16, blank=True)
    confidence = models.CharField(max_length=10, blank=True)
    variants = models.IntegerField(default=0, db_default=0)
    served_seq = models.BigIntegerField(default=0)
    passed_seq = models.BigIntegerField(default=0)
    passed_at = models.DateTimeField(null=True)
    fresh_seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "api", "signal", "confidence", "variants"],
                name="position_stream",
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.api} {self.served_seq}"


class FeedbackValue(models.TextChoices):
    """The exchange's words for what a platform says of a hash."""

    NONE = "None"
    QUALITY_UNKNOWN = "QualityUnknown"
    PENDING_REVIEW = "PendingReview"
    BLOCKED = "Blocked"
    NOT_BLOCKED = "NotBlocked"
    WITHDRAWN = "Withdrawn"
    DELETED = "Deleted"
    UNKNOWN = "Unknown"


class Feedback(models.Model):
    """A partner's present feedback on a hash."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="feedback")
    hash = models.ForeignKey(Hash, on_delete=models.CASCADE, related_name="feedback")
    value = models.CharField(max_length=14, choices=FeedbackValue)
    tags = models.JSONField(default=list)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(fields=["partner", "hash"], name="feedback_partner_hash")
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.value}"


class FeedbackEntry(models.Model):
    """Append-only history of a partner's feedback."""

    feedback = models.ForeignKey(Feedback, on_delete=models.CASCADE, related_name="entries")
    value = models.CharField(max_length=14, choices=FeedbackValue)
    tags = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "feedback entries"

    def __str__(self) -> str:
        return f"{self.value} {self.at:%Y-%m-%d}"
