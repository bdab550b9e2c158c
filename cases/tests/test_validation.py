"""The hidden field: every bad input is refused by name, at its file."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.validation import FilesError, parse_files
from hashes.signal_types import ImagePDQ

PDQ = ImagePDQ.examples[0]


def claim(**change: Any) -> dict[str, Any]:
    plain = {"signal": "ImagePDQ", "value": PDQ, "quality": 100, "variant": "as-displayed"}
    return plain | change


def photo(*claims: Any) -> dict[str, Any]:
    return {"kind": "photo", "claims": list(claims) or [claim()]}


def video(n: int) -> dict[str, Any]:
    value = f"{n:032x}"
    return {"kind": "video", "claims": [claim(signal="VideoMD5", value=value, quality=None)]}


def problems(items: Any) -> list[tuple[int | None, str]]:
    with pytest.raises(FilesError) as refused:
        parse_files(json.dumps(items))
    return [(problem.position, problem.code) for problem in refused.value.problems]


def test_good_files_come_through() -> None:
    first, second = parse_files(json.dumps([photo(), video(1)]))
    assert (first.kind, first.claims[0].value, first.claims[0].quality) == ("photo", PDQ, 100)
    assert (second.kind, second.claims[0].quality) == ("video", None)


def test_a_variant_that_repeats_a_value_is_dropped() -> None:
    (file,) = parse_files(json.dumps([photo(claim(), claim(variant="stored"))]))
    assert [made.variant for made in file.claims] == ["as-displayed"]


@pytest.mark.parametrize("raw", ["", "{", "null", "{}", "1", '"x"', "[" * 100_000])
def test_what_is_no_list_is_malformed(raw: str) -> None:
    with pytest.raises(FilesError) as refused:
        parse_files(raw)
    assert [problem.code for problem in refused.value.problems] == ["malformed"]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (1, "malformed"),
        ({"kind": "photo"}, "malformed"),
        (photo() | {"name": "beach.jpg"}, "malformed"),
        ({"kind": "photo", "claims": []}, "claims"),
        ({"kind": "photo", "claims": [claim()] * 17}, "claims"),
        ({"kind": "video", "claims": [claim()]}, "kind"),
        ({"kind": [], "claims": [claim()]}, "kind"),
        (photo(claim(size=1)), "malformed"),
        (photo(claim(value=7)), "malformed"),
        (photo(claim(signal="ImageMD5")), "type"),
        (photo(claim(value=PDQ.upper())), "shape"),
        (photo(claim(value=PDQ[:-1])), "shape"),
        (photo(claim(value=PDQ + "\n")), "shape"),
        (photo(claim(quality=49)), "quality"),
        (photo(claim(quality=True)), "quality"),
        (photo(claim(quality=None)), "quality"),
        (photo(claim(quality=1e2)), "quality"),
        (photo(claim(value="0" * 64)), "balance"),
        (photo(claim(variant="sideways")), "variant"),
        ({"kind": "video", "claims": [claim(signal="VideoMD5", value="0" * 32)]}, "quality"),
    ],
)
def test_a_bad_file_is_named_by_its_place(item: Any, code: str) -> None:
    assert problems([video(1), item]) == [(2, code)]


def test_every_bad_file_is_named() -> None:
    assert problems([photo(claim(quality=3)), video(1), 5]) == [(1, "quality"), (3, "malformed")]


def test_the_same_file_twice_is_named() -> None:
    assert problems([video(1), photo(), video(1)]) == [(3, "duplicate")]


def test_none_and_twenty_one() -> None:
    assert problems([]) == [(None, "none")]
    assert problems([video(n) for n in range(21)]) == [(None, "too-many")]
    assert len(parse_files(json.dumps([video(n) for n in range(20)]))) == 20


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.lists(st.fixed_dictionaries({"kind": JSON, "claims": JSON}) | JSON, max_size=3))
def test_nothing_but_files_error_ever_comes_out(items: Any) -> None:
    try:
        parse_files(json.dumps(items))
    except FilesError as refused:
        assert refused.problems
