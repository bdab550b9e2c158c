"""Reads of what partners found."""

from django.conf import settings

from matching.models import MatchReport
from ncii.lib.keyring import Keyring


def report_name(report: MatchReport) -> str:
    """Return the partner's name for its report: 32 hex digits that count nothing."""
    ring = Keyring.parse(settings.PSEUDONYM_KEYS)
    return ring.digest("match id", str(report.partner_id), str(report.pk))[:32]
