"""Hash records: the present state of a hash in the exchange's words.

The client skips a record that holds a word it does not know, so only its own words are sent.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hashes.models import Hash, State
from partners.models import Feedback, Partner
from partners.pseudonyms import claim_id
from partners.selectors import ClaimState, feedback_on, published_claims


def records_of(partner: Partner, hashes: Sequence[Hash]) -> list[dict[str, Any]]:
    """Return the records of these published hashes, in two queries whatever their number."""
    claims = published_claims(hashes)
    feedback = feedback_on(hashes)
    return [
        {
            "lastModtimestamp": seconds(held.published_at),
            "signalType": held.signal,
            "hashValue": held.value,
            "hashStatus": held.published_state,
            "caseNumbers": _cases(partner, held, claims.get(held.pk, ())),
            "CSPFeedbacks": [_said(entry) for entry in feedback.get(held.pk, ())],
        }
        for held in hashes
    ]


def _cases(partner: Partner, held: Hash, claims: Sequence[ClaimState]) -> dict[str, str]:
    """A hash that is held back looks withdrawn, and so do the claims on it."""
    gone = held.published_state != State.ACTIVE
    return {
        claim_id(partner.pk, claim.pk): (
            State.WITHDRAWN.value if gone or claim.withdrawn else State.ACTIVE.value
        )
        for claim in claims
    }


def _said(feedback: Feedback) -> dict[str, Any]:
    return {
        "source": feedback.partner.name,
        "feedbackValue": feedback.value,
        "tags": feedback.tags,
    }


def seconds(moment: datetime | None) -> int:
    """Return the Unix second in which the moment lies."""
    return int(moment.timestamp()) if moment else 0
