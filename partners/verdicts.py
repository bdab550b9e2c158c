"""What the bank itself says of a hash: its staff's decision, shared as platforms' words are."""

from django.db import transaction
from django.utils import timezone

from hashes.models import Hash
from hashes.services import judge, lock_hashes
from partners.confidence import confidences
from partners.models import BankVerdict, FeedbackValue


@transaction.atomic
def record_bank_verdict(held: Hash, value: FeedbackValue | None) -> None:
    """Set what the bank says of the hash, or take it back (None), and share it in the feed.

    The same again changes nothing but the time: it then also holds for whoever claimed the hash
    since it was first said.
    """
    lock_hashes([held.pk])
    standing = BankVerdict.objects.filter(hash=held)
    before = standing.values_list("value", flat=True).first()
    if value is None:
        standing.delete()
    else:
        BankVerdict.objects.update_or_create(
            hash=held, defaults={"value": value, "at": timezone.now()}
        )
    if before != value:
        judge(confidences([held.pk]))
