"""Requests made wrong: hypothesis puts up to three things wrong with one that is right."""

from __future__ import annotations

import copy
import gzip
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from ncii.tests.fuzz.doors import DOORS, Door

TEXTS = (
    *("", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\ufeff", "\u202e", "\u2066x", "e\u0301" * 200),
    *("١٢٣٤٥٦", "４８２９１５", "ⅷ", "²", "İ", "ß", "ǆ", "ﬁ", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
    *("a" * 5000, "9" * 5000, "0" * 64, "f" * 32, "F" * 32, "-" * 3000, ":" * 3000, "1." * 2000),
    *("../../etc/passwd", "%00", "%ff%fe", "%%", "\r\nX-Made-Up: 1", "\x1b[31m", "\x7f", "\x85"),
    *("' OR 1=1 --", "{{7*7}}", "{%x%}", "<script>", "javascript:1", "file:///etc/passwd"),
    *("http://127.0.0.1:9/\0", "https://[::1", "http://a@b@c/", "//x", "http://127.0.0.1:99999/"),
    *("null", "true", "NaN", "1e400", "-0", "0x10", "1_000", " 1", "+1", "1.0", "[]", "{}"),
    *("9999-12-31T23:59:59Z", "0000-00-00", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00+99:99"),
    *("2026-01-01T24:00:00Z", "-1", "2147483648", "9223372036854775808", "18446744073709551616"),
)  # fmt: skip
NUMBERS = (0, -1, 1, 2**31, 2**63 - 1, 2**63, 2**64, 10**300, 0.5, -0.0, 1e308)
_text = st.one_of(st.sampled_from(TEXTS), st.text(max_size=40))
_leaf = st.one_of(_text, st.sampled_from(NUMBERS), st.booleans(), st.none(), st.integers())
junk = st.recursive(
    _leaf,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_text, inner, max_size=4),
    max_leaves=8,
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "get")
TYPES = (
    *("application/json", "application/json; charset=utf-16", "text/plain", "application/xml", ""),
    *("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-7"),
    *("multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary="),
    *("application/problem+json", "application/json, text/html", "a/b; c=\xff", "*/*"),
)
HEADERS = (
    *("Accept", "Accept-Language", "Accept-Encoding", "Content-Encoding", "If-None-Match"),
    *("If-Modified-Since", "Range", "Cookie", "X-Forwarded-For", "X-Forwarded-Proto", "Origin"),
    *("X-Request-ID", "X-HTTP-Method-Override", "Idempotency-Key", "Authorization", "Referer"),
    *("Ocp-Apim-Subscription-Key", "Expect", "Upgrade", "Forwarded", "Content-Length", "Host"),
)
_DEEP = (b"[" * 50_000, b'{"a":' * 20_000, b"[" * 11 + b"]" * 11, b'{"a":' * 13 + b"1" + b"}" * 13)
_RAW = (
    *(b"", b"{", b"{}{}", b"\xff\xfe", b"\xef\xbb\xbf{}", b"nul", b"1" * 5000),
    *(b'"\xed\xa0\x80"', *_DEEP),
)


@dataclass(frozen=True)
class Call:
    """A request as bytes, but for what stands for something that must exist (`doors`)."""

    door: Door
    method: str
    path: str
    query: tuple[tuple[str, Any], ...]
    body: Any
    raw: bytes | None
    headers: tuple[tuple[str, str], ...]


class _Sent:
    """A request while it is being spoilt."""

    def __init__(self, door: Door) -> None:
        self.method, self.path = door.method, door.path
        self.query = list(door.query.items())
        self.body: Any = copy.deepcopy(door.body)
        self.raw: bytes | None = None
        self.headers: list[tuple[str, str]] = []


@st.composite
def calls(draw: st.DrawFn, doors: tuple[Door, ...] = DOORS) -> Call:
    """Make a call: a quarter of them right, the others with one to three things wrong."""
    door = draw(st.sampled_from([each for each in doors for _ in range(each.often)]))
    sent = _Sent(door)
    for _ in range(draw(st.integers(0, 3))):
        draw(st.sampled_from(_WAYS))(draw, sent)
    return Call(
        door,
        sent.method,
        sent.path,
        tuple(sent.query),
        sent.body,
        sent.raw,
        tuple(sent.headers),
    )


def _spoil_body(draw: st.DrawFn, sent: _Sent) -> None:
    """Put something else in one place of the body, take it away, or lay something beside it."""
    places = list(_places(sent.body))
    if not places:
        sent.body = draw(junk)
        return
    parent, key = draw(st.sampled_from(places))
    what = draw(st.sampled_from(("replace", "remove", "repeat", "wrap")))
    if what == "replace":
        parent[key] = draw(junk)
    elif what == "remove":
        del parent[key]
    elif what == "wrap":
        parent[key] = [parent[key]]
    elif isinstance(parent, list):
        parent.extend([parent[key]] * draw(st.sampled_from((1, 30, 1001))))
    else:
        parent[draw(_text)] = draw(junk)


def _places(body: Any) -> list[tuple[Any, Any]]:
    if not isinstance(body, dict | list):
        return []
    keys = list(body) if isinstance(body, dict) else list(range(len(body)))
    return [(body, key) for key in keys] + [p for key in keys for p in _places(body[key])]


def _replace_body(draw: st.DrawFn, sent: _Sent) -> None:
    sent.body = draw(junk)


def _spoil_bytes(draw: st.DrawFn, sent: _Sent) -> None:
    """Send the body in another encoding, cut, said twice, or something that is no text."""
    plain = json.dumps(sent.body).encode()
    ways = (
        *_RAW,
        plain[: len(plain) // 2],
        json.dumps(sent.body, ensure_ascii=False).encode("utf-16", "surrogatepass"),
        json.dumps(sent.body, ensure_ascii=False).encode("latin-1", "replace"),
        plain + b"\0",
        gzip.compress(plain),
        plain[:1] + plain[1:-1] + b"," + plain[1:] if plain[:1] == b"{" else plain * 2,
    )
    sent.raw = draw(st.one_of(st.sampled_from(ways), st.binary(max_size=60)))


def _spoil_query(draw: st.DrawFn, sent: _Sent) -> None:
    names = [name for name, _ in sent.query]
    name = draw(st.one_of(st.sampled_from([*names, "after", "limit", "p", "id__gt"]), _text))
    sent.query.append((name, draw(_text)))
    drops_one = draw(st.booleans())
    if names and drops_one:
        sent.query.pop(0)


def _spoil_path(draw: st.DrawFn, sent: _Sent) -> None:
    parts = sent.path.split("/")
    place = draw(st.integers(1, len(parts) - 1))
    text = draw(_text).encode("utf-8", "surrogatepass")[:900]
    parts[place] = quote_from_bytes(text, safe="")
    sent.path = "/".join(parts)


def _spoil_header(draw: st.DrawFn, sent: _Sent) -> None:
    text = draw(_text).replace("\r", "").replace("\n", "")
    sent.headers.append((draw(st.sampled_from(HEADERS)), text))


def _spoil_type(draw: st.DrawFn, sent: _Sent) -> None:
    sent.headers.append(("Content-Type", draw(st.sampled_from(TYPES))))


def _spoil_method(draw: st.DrawFn, sent: _Sent) -> None:
    sent.method = draw(st.sampled_from(METHODS))


_WAYS = (
    *([_spoil_body] * 6),
    *([_spoil_query] * 2),
    *(_spoil_path, _spoil_header, _spoil_type, _spoil_bytes, _replace_body, _spoil_method),
)
