"""Hashes as the feed's JSON, thousands at a time.

Hashes of one kind (signal, state, confidence, variants) are the same text but for three gaps:

    {"id":"  32 hex  ","signal":"…","value":"  64 or 32  ","state":…"feedback":[],…"published_at":"  time  Z"}

The first two lie at fixed distances from its begin, the third from its end. So a page is such texts,
each written at all its places at once, and then each gap is filled in all of them. Where somebody
has said something of a hash, which is rare, its words are in the text, and make it another.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hashes.columns import CONFIDENCES, EPOCH, SECOND, SIGNALS, STATES, Records, hex_values
from hashes.models import variants_of
from hashes.signal_types import SIGNAL_TYPES
from partners.confidence import Word
from partners.pseudonyms import hash_id_column

_GAP = "_"
_ID = _GAP * 32
_TIME = len("2026-01-31T12:00:00.123456")
_WHOLE = len("2026-01-31T12:00:00")
_BEFORE_ID = '{"id":"'
_AFTER_TIME = 'Z"}'
_WORDS = '"feedback":['
_SINCE = np.datetime64(EPOCH.replace(tzinfo=None), "us")


def written(
    partner_id: int, records: Records, said: Mapping[int, Sequence[Word]], end: bytes
) -> bytearray:
    """Return the records as this partner reads them: JSON objects, each followed by `end`.

    `said` is the feedback on some of them, by `pk`. The text is megabytes long and new: to copy it
    whole takes as long as to write it.
    """
    if not len(records):
        return bytearray()
    whole = records["at"] % SECOND == 0
    texts = [(text + end, rows) for text, rows in _texts(records, whole, said)]
    lengths = np.empty(len(records), np.int64)
    for text, rows in texts:
        lengths[rows] = len(text)
    ends = np.cumsum(lengths)
    begins = ends - lengths
    page = bytearray(int(ends[-1]))
    for text, rows in texts:
        _fill(page, begins[rows], np.array([text]))
    _fill(page, begins + len(_BEFORE_ID), hash_id_column(partner_id, records["pk"]))
    _fill_values(page, begins, records)
    _fill_times(page, ends - len(end), records["at"], whole)
    return page


def _texts(
    records: Records, whole: NDArray[np.bool_], said: Mapping[int, Sequence[Word]]
) -> Iterator[tuple[bytes, NDArray[np.int64]]]:
    """Yield each text that records have, its gaps not filled, and the places of these records."""
    kinds = _kinds(records, whole)
    with_words: dict[tuple[int, tuple[Word, ...]], int] = {}
    for row in np.flatnonzero(np.isin(records["pk"], list(said))).tolist() if said else ():
        kind = int(kinds[row]), tuple(said[int(records["pk"][row])])
        kinds[row] = ~with_words.setdefault(kind, len(with_words))
    rare = [_with_words(_text(kind), words) for kind, words in with_words]
    distinct = sorted(set(kinds.tolist()))
    # Of 16 bits, because the sort of such short numbers takes a tenth of the time.
    which = np.searchsorted(distinct, kinds).astype(np.int16)
    groups = np.split(np.argsort(which, kind="stable"), np.cumsum(np.bincount(which))[:-1])
    for number, rows in zip(distinct, groups, strict=True):
        yield (_text(number) if number >= 0 else rare[~number]), rows


def _kinds(records: Records, whole: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return a number for all that a record's text depends on, but for what fills its gaps."""
    kinds = records["variants"].astype(np.int64)
    for column, words in (
        (records["signal"], len(SIGNALS)),
        (records["state"], len(STATES)),
        (records["confidence"], len(CONFIDENCES)),
        (whole, 2),
    ):
        kinds = kinds * words + column
    return kinds


@lru_cache(maxsize=16384)
def _text(kind: int) -> bytes:
    """Return the text of that kind of hash, its gaps not filled."""
    kind, whole = divmod(kind, 2)
    kind, confidence = divmod(kind, len(CONFIDENCES))
    kind, state = divmod(kind, len(STATES))
    variants, signal = divmod(kind, len(SIGNALS))
    name = SIGNALS[signal]
    members = {
        "id": _ID,
        "signal": name,
        "value": _GAP * SIGNAL_TYPES[name].hex_length,
        "state": STATES[state],
        "confidence": CONFIDENCES[confidence],
        "feedback": [],
        "variants": variants_of(variants),
        "published_at": _GAP * (_WHOLE if whole else _TIME) + "Z",
    }
    return json.dumps(members, separators=(",", ":")).encode()


def _with_words(text: bytes, words: Sequence[Word]) -> bytes:
    before, opening, after = text.partition(_WORDS.encode())
    return before + opening + b",".join(map(_word, words)) + after


@lru_cache(maxsize=4096)
def _word(word: Word) -> bytes:
    return json.dumps(word._asdict(), ensure_ascii=False, separators=(",", ":")).encode()


def _fill(page: bytearray, places: NDArray[np.int64], column: NDArray[np.bytes_]) -> None:
    """Write the column's texts, all of one width, into the page at these places."""
    # Every stretch of the page that is as wide as the column, at every place where one can begin.
    stretches = np.ndarray(
        (len(page) - column.itemsize + 1,), column.dtype, buffer=page, strides=(1,)
    )
    stretches[places] = column


def _fill_values(page: bytearray, begins: NDArray[np.int64], records: Records) -> None:
    values = hex_values(records)
    for place, (name, kind) in enumerate(SIGNAL_TYPES.items()):
        before = f'{_BEFORE_ID}{_ID}","signal":"{name}","value":"'
        these = records["signal"] == place
        _fill(page, begins[these] + len(before), values[these].astype(f"S{kind.hex_length}"))


def _fill_times(
    page: bytearray, ends: NDArray[np.int64], at: NDArray[np.int64], whole: NDArray[np.bool_]
) -> None:
    """Write the times of publication, RFC 3339; whole seconds without a fraction."""
    at = at.astype(np.int64)
    # Neighbours in the feed were mostly published together.
    changes = np.append(True, at[1:] != at[:-1])
    moments = _SINCE + at[changes].astype("m8[us]")
    texts = np.datetime_as_string(moments, unit="us").astype(np.bytes_)[np.cumsum(changes) - 1]
    for these, width in ((~whole, _TIME), (whole, _WHOLE)):
        if these.any():
            _fill(page, ends[these] - len(_AFTER_TIME) - width, texts[these].astype(f"S{width}"))
