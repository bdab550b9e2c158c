"""Reads of what partners found and dispute."""

from dataclasses import dataclass

from django.conf import settings

from hashes.models import Hash
from matching.models import Dispute, Kind, MatchReport, ReviewItem
from ncii.lib.keyring import Keyring
from partners.models import Partner


def report_name(report: MatchReport) -> str:
    """Return the partner's name for its report: 32 hex digits that count nothing."""
    ring = Keyring.parse(settings.PSEUDONYM_KEYS)
    return ring.digest("match id", str(report.partner_id), str(report.pk))[:32]


@dataclass(frozen=True)
class Disputed:
    """A partner's dispute of a hash: its appeal, if it gave a reason, and staff's item."""

    appeal: Dispute | None
    item: ReviewItem


def disputed(partner: Partner, held: Hash) -> Disputed | None:
    """Return the partner's dispute of the hash as it now stands; None if there is none."""
    items = ReviewItem.objects.filter(partner=partner, hash=held, kind=Kind.DISPUTE)
    item = items.first()
    if item is None:
        return None
    appeals = Dispute.objects.filter(partner=partner, hash=held).order_by("-at", "-pk")
    return Disputed(appeals.first(), item)
