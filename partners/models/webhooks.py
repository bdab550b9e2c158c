"""Webhook endpoints and what was sent to them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ncii.lib.fields import EncryptedTextField
from partners.models.accounts import Partner


class Event(models.TextChoices):
    """What a bell can say."""

    HASHES_PUBLISHED = "hashes.published"
    HASHES_WITHDRAWN = "hashes.withdrawn"
    MATCH_REVIEWED = "match.reviewed"
    KEY_EXPIRING = "key.expiring"
    WEBHOOK_TEST = "webhook.test"


class EndpointState(models.TextChoices):
    """Whether an endpoint is rung. Removed: the partner is done with it; its record stays."""

    ACTIVE = "active"
    DISABLED = "disabled"
    REMOVED = "removed"


class WebhookEndpoint(models.Model):
    """Where a partner wants its bell rung.

    `rung_seq` is the place in the feed up to which deliveries have been written: an endpoint
    behind the feed's head is owed a bell, whatever was killed meanwhile. `rung_at`: when the latest
    of these bells goes out, or went, so that the next keeps its distance.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="endpoints")
    url = models.URLField(max_length=500)
    events = models.JSONField(default=list, blank=True, help_text="Empty: all events.")
    secret = EncryptedTextField(editable=False)
    previous_secret = EncryptedTextField(blank=True, editable=False)
    previous_secret_until = models.DateTimeField(null=True, editable=False)
    sandbox = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Hears made-up events, and nothing of the bank.",
    )
    state = models.CharField(max_length=8, choices=EndpointState, default=EndpointState.ACTIVE)
    disabled_because = models.CharField(max_length=120, blank=True)
    failing_since = models.DateTimeField(null=True, editable=False)
    rung_seq = models.BigIntegerField(default=0, editable=False)
    rung_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"{self.partner} endpoint {self.pk}"


class DeliveryState(models.TextChoices):
    """How a delivery stands."""

    DUE = "due"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(models.Model):
    """One message to one endpoint: the exact bytes, and when to try next.

    A worker takes due rows by writing `leased_until`; a killed worker's lease runs out.
    """

    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries"
    )
    message_id = models.CharField(max_length=40, unique=True)
    event = models.CharField(max_length=20, choices=Event)
    payload = models.TextField()
    state = models.CharField(max_length=9, choices=DeliveryState, default=DeliveryState.DUE)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="due"), name="delivery_due")
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.message_id}"


class Attempt(models.Model):
    """One try at a delivery, as staff read it."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=60)
    milliseconds = models.PositiveIntegerField()
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.outcome} {self.status or ''}"
