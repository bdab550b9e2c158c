"""Partners and their API keys."""

from django.db import models
from django.utils import timezone

# How the bank signs its own words among those of platforms.
BANK = "NCII Hash Bank"


class Partner(models.Model):
    """A platform that takes hashes from the bank."""

    name = models.CharField(max_length=80, unique=True)
    active = models.BooleanField(
        default=True, help_text="A partner that is not active can use none of its keys."
    )
    named = models.BooleanField(
        "named in public",
        default=False,
        help_text="It has agreed to stand on the public list of who takes part.",
    )
    joined_on = models.DateField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name__iexact=BANK),
                name="partner_not_the_bank",
                violation_error_message="This is the bank's own name.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Scope(models.TextChoices):
    """What a key may do."""

    FEED = "feed"
    LOOKUP = "lookup"
    REPORT = "report"
    CONTRIBUTE = "contribute"
    MANAGE = "manage"


class ApiKey(models.Model):
    """A partner's key: its public id and the keyed digest of the whole; the key is shown once.

    `lifetime` is how long it was made to last, whenever it really ends: its successor lasts as long.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="keys")
    label = models.CharField(max_length=80, blank=True)
    public_id = models.CharField(max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    digest_key_id = models.CharField(max_length=32, editable=False)
    scopes = models.JSONField(default=list)
    networks = models.JSONField(
        default=list,
        blank=True,
        help_text="CIDR ranges that the key may be used from. Empty: from anywhere.",
    )
    sandbox = models.BooleanField(
        default=False, help_text="The key sees a made-up bank, and nothing it does is kept."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    lifetime = models.DurationField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"nhb_{self.public_id}…"


class IdempotentAnswer(models.Model):
    """The answer to a POST with an Idempotency-Key, kept for a day to be given again.

    `status` is null while the first request runs. `fingerprint` is a digest of the body.
    """

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    idempotency_key = models.CharField(max_length=255)
    route = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "idempotency_key"], name="idempotent_once")
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.status or 'running'}"
