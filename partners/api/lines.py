"""Hashes as the feed's JSON, thousands at a time.

One object is a row of bytes laid out in columns of fixed width:

    {"id":"  32 hex  ","signal":"…","value":"  64  ","state":…"feedback":[  ␁  ],"variants":…"  27  "}
    open     id       signal                value   state                  said variants      at  end

`id` and `value` differ from row to row; `signal`, `state` (with confidence), `variants` and `at`
are looked up in small tables of ready texts. What is shorter than its column is followed by NUL
bytes, which JSON never holds, and these are taken out at the end. Few hashes have feedback, of any
length: theirs is put in last, where a byte 1 marks its place.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from hashes.columns import CONFIDENCES, EPOCH, SECOND, SIGNALS, STATES, Records, hex_values
from hashes.models import variants_of
from partners.confidence import Word
from partners.pseudonyms import hash_id_column

_OPEN = b'{"id":"'
_SIGNALS = np.array([f'","signal":"{name}","value":"'.encode() for name in SIGNALS])
_STATES = np.array(
    [
        f'","state":"{state}","confidence":"{confidence}","feedback":['.encode()
        for state in STATES
        for confidence in CONFIDENCES
    ]
)
_HERE = b"\1"
_SINCE = np.datetime64(EPOCH.replace(tzinfo=None), "us")
_WHOLE_SECOND = len("2026-01-31T12:00:00")


def written(
    partner_id: int, records: Records, said: Mapping[int, Sequence[Word]], end: str
) -> bytes:
    """Return the records as this partner reads them: JSON objects, each followed by `end`.

    `said` is the feedback on some of them, by `pk`.
    """
    variants, variants_of_row = _variants(records)
    times, time_of_row = _times(records)
    has_feedback = np.isin(records["pk"], list(said))
    columns = {
        "open": np.array(_OPEN),
        "id": hash_id_column(partner_id, records["pk"]),
        "signal": _SIGNALS[records["signal"]],
        "value": hex_values(records),
        "state": _STATES[records["state"] * len(CONFIDENCES) + records["confidence"]],
        "said": np.where(has_feedback, _HERE, b""),
        "variants": variants[variants_of_row],
        "at": times[time_of_row],
        "end": np.array(f'Z"}}{end}'.encode()),
    }
    rows = np.empty(len(records), [(name, column.dtype) for name, column in columns.items()])
    for name, column in columns.items():
        rows[name] = column
    lines = rows.tobytes().translate(None, b"\0")
    return _filled_in(lines, [_words(said[pk]) for pk in records["pk"][has_feedback].tolist()])


def _filled_in(lines: bytes, feedback: list[bytes]) -> bytes:
    parts = lines.split(_HERE)
    return b"".join(chain.from_iterable(zip(parts, [*feedback, b""], strict=True)))


def _words(words: Sequence[Word]) -> bytes:
    text = json.dumps([vars(word) for word in words], ensure_ascii=False, separators=(",", ":"))
    return text[1:-1].encode()


def _variants(records: Records) -> tuple[NDArray[np.bytes_], NDArray[np.intp]]:
    """Return the texts of all variants there are, and which of them each record has."""
    sets, set_of_row = np.unique(records["variants"], return_inverse=True)
    return np.array([_variants_text(int(bits)) for bits in sets], np.bytes_), set_of_row


@lru_cache(maxsize=4096)
def _variants_text(bits: int) -> bytes:
    names = json.dumps(variants_of(bits), separators=(",", ":"))
    return f'],"variants":{names},"published_at":"'.encode()


def _times(records: Records) -> tuple[NDArray[np.bytes_], NDArray[np.intp]]:
    """Return the times of publication, RFC 3339 without the Z, and which each record has.

    Neighbours in the feed were mostly published together.
    """
    at = records["at"].astype(np.int64)
    begins = np.append(True, at[1:] != at[:-1])[: len(at)]
    distinct = at[begins]
    texts = np.datetime_as_string(_SINCE + distinct.astype("m8[us]"), unit="us").astype(np.bytes_)
    whole = distinct % SECOND == 0
    texts[whole] = texts[whole].astype(f"S{_WHOLE_SECOND}")
    return texts, np.cumsum(begins) - 1
