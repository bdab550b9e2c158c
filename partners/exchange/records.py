"""Hash records: the present state of a hash in the exchange's words.

The client skips a record that holds a word it does not know, so only its own words are sent.
"""

import json
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from hashes.columns import EPOCH, SECOND, SIGNALS, STATES, Records, hex_values
from hashes.models import State
from partners.confidence import Word, words_on
from partners.models import Partner
from partners.pseudonyms import claim_ids
from partners.selectors import published_claims

_ACTIVE, _WITHDRAWN = f'"{State.ACTIVE}"', f'"{State.WITHDRAWN}"'


def written(partner: Partner, records: Records) -> str:
    """Return these published hashes as a JSON array of records, in three queries whatever
    their number.

    Put together by hand, since everything but feedback is our own words, digits and hex.
    """
    pks = records["pk"].tolist()
    cases, feedback = _cases(partner, records), _feedback(pks)
    columns = (
        pks,
        second_of(records["at"]).tolist(),
        [SIGNALS[place] for place in records["signal"].tolist()],
        hex_values(records).astype(str).tolist(),
        [STATES[place] for place in records["state"].tolist()],
    )
    found = [
        f'{{"lastModtimestamp":{second},"signalType":"{signal}","hashValue":"{value}",'
        f'"hashStatus":"{state}","caseNumbers":{{{cases.get(pk, "")}}},'
        f'"CSPFeedbacks":[{feedback.get(pk, "")}]}}'
        for pk, second, signal, value, state in zip(*columns, strict=True)
    ]
    return f"[{','.join(found)}]"


def _cases(partner: Partner, records: Records) -> dict[int, str]:
    """Return the claims on each hash, as members of a JSON object.

    A hash that is held back looks withdrawn, and so do the claims on it.
    """
    gone = set(records["pk"][records["state"] != STATES.index(State.ACTIVE)].tolist())
    claims = published_claims(records["pk"].tolist())
    names = claim_ids(partner.pk, [pk for pk, _, _ in claims])
    found: dict[int, str] = {}
    for name, (_, hash_id, withdrawn) in zip(names, claims, strict=True):
        entry = f'"{name}":{_WITHDRAWN if withdrawn or hash_id in gone else _ACTIVE}'
        found[hash_id] = f"{found[hash_id]},{entry}" if hash_id in found else entry
    return found


def _feedback(pks: list[int]) -> dict[int, str]:
    """Return what is said of each hash, as elements of a JSON array."""
    return {pk: ",".join(_said(word) for word in words) for pk, words in words_on(pks).items()}


def _said(word: Word) -> str:
    said = {"source": word.source, "feedbackValue": word.value, "tags": word.tags}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def second_of(at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the Unix seconds of records' times of publication."""
    return at.astype(np.int64) // SECOND + int(EPOCH.timestamp())


def seconds(moment: datetime | None) -> int:
    """Return the Unix second in which the moment lies."""
    return int(moment.timestamp()) if moment else 0
