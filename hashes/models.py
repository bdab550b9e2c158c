"""The bank's tables: hashes, who claims them, and the log of what changed."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from hashes.signal_types import SIGNAL_TYPES


class State(models.TextChoices):
    """The exchange's words, and Suspended: held back from partners, who see it as withdrawn."""

    RECEIVED = "Received"
    ACTIVE = "Active"
    WITHDRAWN = "Withdrawn"
    DELETED = "Deleted"
    SUSPENDED = "Suspended"


class Confidence(models.TextChoices):
    """What has been judged of a hash."""

    UNVERIFIED = "unverified"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class Source(models.TextChoices):
    """Who holds a claim."""

    CASE = "case"
    PARTNER = "partner"


class Variant(models.TextChoices):
    """Which pixels of a file were hashed. A new one goes to the end: see variant_bits."""

    ORIGINAL = "original"
    AS_DISPLAYED = "as-displayed"
    STORED = "stored"
    ALPHA_WHITE = "alpha-white"
    CMYK_RAW = "cmyk-raw"
    PALETTE_RAW = "palette-raw"
    ROTATED_90 = "rotated-90"
    ROTATED_180 = "rotated-180"
    ROTATED_270 = "rotated-270"
    MIRRORED = "mirrored"
    MIRRORED_ROTATED_90 = "mirrored-rotated-90"
    MIRRORED_ROTATED_180 = "mirrored-rotated-180"
    MIRRORED_ROTATED_270 = "mirrored-rotated-270"
    TRIMMED = "trimmed"


VARIANT_BIT = {variant: 1 << place for place, variant in enumerate(Variant.values)}


def variant_bits(variants: Iterable[str]) -> int:
    """Return a set of variants as the database keeps it: a bit each, by its place in Variant."""
    return sum({VARIANT_BIT[variant] for variant in variants})


def variants_of(bits: int) -> list[str]:
    """Return the variants of that set, sorted."""
    return sorted(name for place, name in enumerate(Variant.values) if bits >> place & 1)


class Hash(models.Model):
    """A unique signal in the bank.

    `state` and `confidence` are what the bank holds now; `suspended`, whether any Suspension
    stands; `judged` says that the confidence has not always been `unverified`, so that a reader of
    confirmed hashes hears when one is no longer. `seq`, `published_state`, `published_at` and
    `variants` are what partners can see: the place of its latest published change in the feed, and
    of which variants its standing claims are (variant_bits; none unless it is active).
    `variants_ever` has every variant that it was ever published with, so that a reader of one hears
    when the hash is no longer of it. A hash that was withdrawn before anyone saw it never gets a
    place.
    """

    signal = models.CharField(max_length=16, choices=[(name, name) for name in SIGNAL_TYPES])
    value = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    suspended = models.BooleanField(default=False)
    confidence = models.CharField(max_length=10, choices=Confidence, default=Confidence.UNVERIFIED)
    judged = models.BooleanField(default=False, editable=False)
    seq = models.BigIntegerField(null=True, editable=False)
    published_state = models.CharField(max_length=10, choices=State, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    variants = models.IntegerField(default=0, db_default=0, editable=False)
    variants_ever = models.IntegerField(default=0, db_default=0, editable=False)

    class Meta:
        verbose_name_plural = "hashes"
        constraints = [
            # The value first: hashes are looked for by it alone.
            models.UniqueConstraint(fields=["value", "signal"], name="hash_value_signal"),
            # Partial, so that stamping a place takes no lock that a new foreign key waits for.
            models.UniqueConstraint(
                fields=["seq"], condition=Q(seq__isnull=False), name="hash_seq"
            ),
        ]
        indexes = [
            models.Index(fields=["published_at"], name="hash_published_at"),
            # For readers of one signal: in feed order, without a sort of the whole bank.
            models.Index(fields=["signal", "seq"], name="hash_signal_seq"),
        ]

    def __str__(self) -> str:
        return f"{self.signal} {self.value[:8]}…"


class Holder(models.TextChoices):
    """What can hold a hash back from partners; several can at once."""

    STAFF = "staff", "staff decided so"
    DISPUTES = "disputes", "platforms dispute it"
    SPIKE = "spike", "it matches far more than others"
    HARMLESS = "harmless", "it is near a picture known as harmless"


class Suspension(models.Model):
    """A hash is held back while at least one of these stands; `why` is for staff."""

    hash = models.ForeignKey(Hash, on_delete=models.CASCADE, related_name="suspensions")
    holder = models.CharField(max_length=8, choices=Holder)
    since = models.DateTimeField()
    why = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hash", "holder"], name="suspension_hash_holder")
        ]

    def __str__(self) -> str:
        return f"{self.hash}: {self.holder}"


class Change(models.Model):
    """One row of the append-only change log; the publisher stamps `seq` and `published_at`."""

    hash = models.ForeignKey(Hash, on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(max_length=10, choices=State)
    seq = models.BigIntegerField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seq"], condition=Q(seq__isnull=False), name="change_seq"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(seq__isnull=True), name="change_unpublished")
        ]

    def __str__(self) -> str:
        return f"{self.seq}: {self.state}"


class Claim(models.Model):
    """One source that holds a hash. A hash is active while any claim on it is.

    `announced` and `revoked` are the log rows that told partners, so a person's status can be
    read from what partners fetched since *their* claim, and says nothing of anyone else's.
    """

    hash = models.ForeignKey(Hash, on_delete=models.PROTECT, related_name="claims")
    source = models.CharField(max_length=7, choices=Source)
    variant = models.CharField(max_length=24, choices=Variant)
    quality = models.PositiveSmallIntegerField(null=True)
    made_on = models.DateField()
    withdrawn_on = models.DateField(null=True)
    announced = models.ForeignKey(Change, on_delete=models.PROTECT, related_name="+")
    revoked = models.ForeignKey(Change, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["hash"], condition=Q(withdrawn_on__isnull=True), name="claim_active"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.variant}"


class FeedHead(models.Model):
    """The one row that knows how far the feed has been published.

    `floor`: tombstones up to here have been erased, or were lost with a database. Whoever has
    read less far, and did not begin after that, may hold what nobody will tell them to drop.
    `leapt_to`: where the feed went on after an older copy of the database was put back.
    """

    seq = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0, db_default=0)
    leapt_to = models.BigIntegerField(default=0, db_default=0)
    published_at = models.DateTimeField()
    began_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"up to {self.seq}"
