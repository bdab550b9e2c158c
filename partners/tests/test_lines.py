"""Lines written in bulk say, to the byte, what the same hashes say written one by one."""

import json
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from hashes.columns import EPOCH, RECORD, records_where
from hashes.models import Confidence, Hash, State, Variant, variant_bits, variants_of
from hashes.signal_types import ImagePDQ, VideoMD5
from partners.api.lines import written
from partners.confidence import Word, words_on
from partners.models import FeedbackValue, Partner
from partners.pseudonyms import hash_id
from partners.services import record_feedback

BEGAN = datetime(2026, 11, 22, 23, 59, 59, 999_998, UTC)


Words = dict[int, list[Word]]


def one_by_one(partner: Partner, rows: list[Hash], words: Words) -> bytes:
    lines = [_line(partner, held, words.get(held.pk, [])) for held in rows]
    texts = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines)
    return b"".join(text.encode() + b"\n" for text in texts)


def _line(partner: Partner, held: Hash, words: list[Word]) -> dict[str, Any]:
    assert held.published_at is not None
    return {
        "id": hash_id(partner.pk, held.pk),
        "signal": held.signal,
        "value": held.value,
        "state": held.published_state,
        "confidence": held.confidence,
        "feedback": [word._asdict() for word in words],
        "variants": variants_of(held.variants),
        "published_at": held.published_at.isoformat().replace("+00:00", "Z"),
    }


def talk(hashes: list[Hash]) -> Words:
    """Two platforms have a word on some of the hashes, the first and the last among them."""
    for name in ('Ünder "quotes" \\ and \x01', "Examplebook"):
        platform = Partner.objects.create(name=name)
        for held in [hashes[0], *hashes[10:13], hashes[-1]]:
            record_feedback(platform, held, FeedbackValue.BLOCKED, ["a", "b"])
    return words_on([held.pk for held in hashes])


def bank() -> list[Hash]:
    """A hash of every kind there can be, published one or two at a time, at whole seconds too."""
    kinds = product(
        ((ImagePDQ.name, 64), (VideoMD5.name, 32)),
        (State.ACTIVE, State.WITHDRAWN, State.DELETED),
        Confidence.values,
        ((), ("trimmed",), tuple(Variant.values)),
    )
    return Hash.objects.bulk_create(
        Hash(
            signal=signal,
            value=f"{place:0{digits}x}",
            confidence=confidence,
            seq=1000 - place,
            published_state=state,
            published_at=BEGAN + timedelta(microseconds=place // 2),
            variants=variant_bits(variants),
        )
        for place, ((signal, digits), state, confidence, variants) in enumerate(kinds)
    )


@pytest.mark.django_db
def test_every_kind_of_hash_is_written_as_one_by_one() -> None:
    partner = Partner.objects.create(name="Examplegram")
    words = talk(bank())
    rows = Hash.objects.order_by("seq")
    assert b'59.999998Z"' in one_by_one(partner, list(rows), words)
    assert b'00:00:00Z"' in one_by_one(partner, list(rows), words)
    records = records_where("seq > 0", 1000)
    assert written(partner.pk, records, words, b"\n") == one_by_one(partner, list(rows), words)
    some = records_where("seq = %(seq)s", 1000, seq=997)
    assert len(some) == 1
    assert (
        written(partner.pk, some, {}, b",")
        == one_by_one(partner, [rows.get(seq=997)], {})[:-1] + b","
    )
    assert written(partner.pk, some[:0], {}, b",") == b""


@pytest.mark.django_db
def test_records_hold_what_the_rows_hold_in_their_order() -> None:
    bank()
    records = records_where("signal = %(signal)s", 1000, signal="VideoMD5")
    rows = list(Hash.objects.filter(signal="VideoMD5").order_by("seq"))
    assert records["seq"].tolist() == [held.seq for held in rows]
    assert records["pk"].tolist() == [held.pk for held in rows]
    times = [EPOCH + timedelta(microseconds=at) for at in records["at"].tolist()]
    assert times == [held.published_at for held in rows]
    assert [bytes(value)[:16].hex() for value in records["value"]] == [h.value for h in rows]
    assert len(records_where("seq = 0", 1000)) == 0
    assert len(records_where("seq > 0", 7)) == 7
    assert RECORD.itemsize == 64


@pytest.mark.django_db
@pytest.mark.parametrize(
    "unlike", [{"published_state": "Suspended"}, {"confidence": "sure"}, {"signal": "AudioX"}]
)
def test_a_hash_that_no_record_can_hold_is_not_left_out_in_silence(unlike: dict[str, str]) -> None:
    bank()
    Hash.objects.filter(pk=Hash.objects.first().pk).update(**unlike)  # type: ignore[union-attr]
    with pytest.raises(ValueError):
        records_where("seq > 0", 1000)


@pytest.mark.stateless
def test_the_bit_of_a_variant_never_changes() -> None:
    assert [variant_bits([name]) for name in ("original", "as-displayed", "trimmed")] == [
        1,
        2,
        8192,
    ]
    assert variants_of(variant_bits(Variant.values)) == sorted(Variant.values)
    assert variant_bits(["stored", "stored"]) == 4
