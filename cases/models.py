"""Cases: who may come back, and which claims are theirs. No name, no address, no number."""

from uuid import uuid4

from django.db import models

from hashes.models import Claim


class Kind(models.TextChoices):
    """What a file is."""

    PHOTO = "photo"
    VIDEO = "video"


class Case(models.Model):
    """One person's files. `number_index` and `verifier` open it; neither can be read back.

    Received or active is not stored: it follows from what has been published (cases.selectors).
    """

    number_index = models.CharField(max_length=64, unique=True, editable=False)
    index_key_id = models.CharField(max_length=32, editable=False)
    verifier = models.CharField(max_length=128, editable=False)
    pin_key_id = models.CharField(max_length=32, editable=False)
    # Names the case in the ledger of withdrawals, and nowhere else.
    ledger_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    opened_on = models.DateField()
    withdrawn_on = models.DateField(null=True)

    def __str__(self) -> str:
        return "a case"


class CaseFile(models.Model):
    """One photo or video of a case, known by its place only."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=5, choices=Kind)
    added_on = models.DateField()
    claims = models.ManyToManyField(Claim, through="FileClaim", related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="case_file_position")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"


class FileClaim(models.Model):
    """The bank's claim for one variant of a file."""

    file = models.ForeignKey(CaseFile, on_delete=models.CASCADE, related_name="file_claims")
    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.file} {self.claim}"


class FailedTries(models.Model):
    """How often number and PIN did not fit, per lane (ncii.lib.lanes), and when to look again."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="failed_tries")
    lane = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=1)
    next_try_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "failed tries"
        constraints = [models.UniqueConstraint(fields=["case", "lane"], name="failed_tries_lane")]

    def __str__(self) -> str:
        return f"{self.count} in lane {self.lane}"


class Decoy(models.Model):
    """A row to write when there is no case to write to, so that all answers cost the same."""

    touched = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return "a decoy"
