"""Hash records: the present state of a hash in the exchange's words.

The client skips a record that holds a word it does not know, so only its own words are sent.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from hashes.models import Hash, State
from partners.confidence import Word, words_on
from partners.models import Partner
from partners.pseudonyms import claim_ids
from partners.selectors import ClaimState, published_claims


def records_of(partner: Partner, hashes: Sequence[Hash]) -> list[dict[str, Any]]:
    """Return the records of these published hashes, in three queries whatever their number."""
    ids = [held.pk for held in hashes]
    claims, words = published_claims(ids), words_on(ids)
    names = _names(partner, claims.values())
    return [
        {
            "lastModtimestamp": seconds(held.published_at),
            "signalType": held.signal,
            "hashValue": held.value,
            "hashStatus": held.published_state,
            "caseNumbers": _cases(held, claims.get(held.pk, ()), names),
            "CSPFeedbacks": [_said(word) for word in words.get(held.pk, ())],
        }
        for held in hashes
    ]


def _names(partner: Partner, claims: Iterable[Sequence[ClaimState]]) -> dict[int, str]:
    pks = [claim.pk for of_one in claims for claim in of_one]
    return dict(zip(pks, claim_ids(partner.pk, pks), strict=True))


def _cases(held: Hash, claims: Sequence[ClaimState], names: dict[int, str]) -> dict[str, str]:
    """A hash that is held back looks withdrawn, and so do the claims on it."""
    gone = held.published_state != State.ACTIVE
    return {
        names[claim.pk]: (State.WITHDRAWN.value if gone or claim.withdrawn else State.ACTIVE.value)
        for claim in claims
    }


def _said(word: Word) -> dict[str, Any]:
    return {"source": word.source, "feedbackValue": word.value, "tags": word.tags}


def seconds(moment: datetime | None) -> int:
    """Return the Unix second in which the moment lies."""
    return int(moment.timestamp()) if moment else 0
