"""What platforms found."""

from django.db import models

from hashes.models import Hash
from matching.harmless.models import HarmlessHash
from matching.review.models import Decision, Kind, ReviewEntry, ReviewItem, Step
from partners.models import Partner

__all__ = [
    "Action",
    "Decision",
    "Dispute",
    "DuplicatesSeen",
    "HarmlessHash",
    "Kind",
    "MatchReport",
    "Reason",
    "ReviewEntry",
    "ReviewItem",
    "Step",
]


class Action(models.TextChoices):
    """What the platform did about a match."""

    NONE = "none"
    REVIEW = "review"
    BLOCKED = "blocked"
    REMOVED = "removed"


class MatchReport(models.Model):
    """A match that a partner found on its own platform.

    `reference` is the partner's own opaque name of the content: it means nothing to us, and a
    URL is refused, because a link to the picture is the last thing we want to hold.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="reports")
    hash = models.ForeignKey(Hash, on_delete=models.CASCADE, related_name="reports")
    distance = models.PositiveSmallIntegerField()
    matched_at = models.DateTimeField()
    reference = models.CharField(max_length=128, blank=True)
    action = models.CharField(max_length=8, choices=Action)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["hash", "partner"], name="report_hash_partner"),
            models.Index(fields=["received_at"], name="report_received"),
        ]

    def __str__(self) -> str:
        return f"{self.partner} at distance {self.distance}"


class Reason(models.TextChoices):
    """Why a platform says that a hash should not be in the bank."""

    NOT_INTIMATE = "not_intimate", "what matches shows nothing intimate"
    HARMLESS = "harmless", "a logo, flag, meme, blank page or stock picture"
    NEWS = "news", "a picture of news or of public interest"
    PUBLISHED = "published", "the person shown publishes it, or sells it"
    TOO_BROAD = "too_broad", "it matches many pictures that have nothing in common"
    OTHER = "other", "something else: say what in the note"


class Dispute(models.Model):
    """A platform's appeal against a hash, append-only; its verdict and its review item go with it.

    `note` is for staff, bounded and without addresses.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="disputes")
    hash = models.ForeignKey(Hash, on_delete=models.CASCADE, related_name="disputes")
    reason = models.CharField(max_length=12, choices=Reason)
    note = models.CharField(max_length=280, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["hash", "partner"], name="dispute_hash_partner")]

    def __str__(self) -> str:
        return f"{self.partner}: {self.reason}"


class DuplicatesSeen(models.Model):
    """The one row that knows up to which place of the feed duplicates have been counted."""

    seq = models.BigIntegerField()

    def __str__(self) -> str:
        return f"up to {self.seq}"
