"""Bodies are read strictly: what two parsers could read in two ways is refused."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.api.parsers import NotStrict, strict_json
from partners.tests.api_helpers import Platform, is_problem, row_counts

BAD = [
    b"",
    b"{",
    b"{}{}",
    b"NaN",
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": -Infinity}',
    b'{"a": 1e999}',
    b'{"a": 1, "a": 2}',
    b'{"a": {"b": 1, "b": 1}}',
    b'"\\u0000"',
    b'{"\\u0000": 1}',
    b'"\\ud800"',
    b'"\xff"',
    b"\xef\xbb\xbf{}",
    '{"a": "é"}'.encode("utf-16"),
    '{"a": "é"}'.encode("latin-1"),
    b"[" * 13 + b"]" * 13,
    b"[" * 200_000,
    b'{"a":' * 100_000,
    b"1" * 5000,
]


@pytest.mark.stateless
@pytest.mark.parametrize("raw", BAD, ids=range(len(BAD)))
def test_bad_bodies_are_refused(raw: bytes) -> None:
    with pytest.raises(NotStrict):
        strict_json(raw)


@pytest.mark.stateless
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with contextlib.suppress(NotStrict):
        strict_json(raw)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/matches", "/v1/SubmitFeedback"])
@pytest.mark.parametrize("raw", BAD, ids=range(len(BAD)))
def test_the_api_refuses_them_without_a_trace(raw: bytes, path: str) -> None:
    platform = Platform()
    platform.get("/api/v1/hashes/changes")
    before = row_counts()
    is_problem(platform.post(path, raw, Idempotency_Key="k1"), 400)
    assert row_counts() == before


@pytest.mark.django_db
@pytest.mark.parametrize("body", [None, 1, "x", [], [[]], True, {"x": 1}])
@pytest.mark.parametrize("path", ["/api/v1/matches", "/v1/SubmitFeedback"])
def test_other_shapes_are_refused(body: object, path: str) -> None:
    is_problem(Platform().post(path, body, Idempotency_Key="k1"), 400)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/matches", "/v1/SubmitFeedback"])
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
def test_other_content_types_are_refused(path: str, content_type: str) -> None:
    platform = Platform()
    answer = platform.client.post(
        path,
        b"a=1",
        content_type=content_type,
        headers=platform.headers | {"Idempotency-Key": "k1"},
    )
    is_problem(answer, 415)
