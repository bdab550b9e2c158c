"""What one member of staff asks and another one answers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ApprovalState(models.TextChoices):
    """From pending one way out; what is approved can only be done."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    TAKEN_BACK = "taken back"
    DONE = "done"


_ANSWERED = (ApprovalState.APPROVED, ApprovalState.REFUSED, ApprovalState.DONE)


class Approval(models.Model):
    """An act for which two people are needed (ncii.staff.approvals).

    `payload` is what the act runs with; it holds no personal data, and no hash but those of public
    pictures (matching.approvals). It may be answered
    until `expires_at` and, once approved, done until `collect_until`. The constraints hold for
    whoever writes to the table; triggers (ncii.staff.protection) keep what was asked as it was, let
    a row go only forward, and let none be made that is approved already.
    """

    act = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    reason = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=ApprovalState, default=ApprovalState.PENDING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    collect_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "two-person request"
        default_permissions = ("view",)
        ordering = ["-pk"]
        permissions = [
            (f"{verb}_{act}", f"{verb}: {act}")
            for act in ("purge", "export", "key", "harmless")
            for verb in ("ask", "decide")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="approval_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_ANSWERED, decided_by__isnull=False, decided_at__isnull=False)
                | (Q(decided_by__isnull=True, decided_at__isnull=True) & ~Q(state__in=_ANSWERED)),
                name="approval_is_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=ApprovalState.DONE, done_at__isnull=False)
                | (Q(done_at__isnull=True) & ~Q(state=ApprovalState.DONE)),
                name="approval_done_when_done",
            ),
            models.CheckConstraint(
                condition=(Q(decided_at__isnull=True) | Q(decided_at__lte=F("expires_at")))
                & (Q(done_at__isnull=True) | Q(done_at__lte=F("collect_until"))),
                name="approval_in_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="approval_state")]

    def __str__(self) -> str:
        return f"{self.act}: {self.subject}"
