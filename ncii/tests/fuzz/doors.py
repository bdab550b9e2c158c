"""Requests that are right. A text that begins with @ stands for something that must exist.

@hash, @webhook, @key: a name that this platform was given; @value: a hash of the bank; @new: a
hash that nobody has sent; @token: a form's token; @number: a case that is open; @opening: what says
for which opening of a case a form was made; @uuid: a new name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Who = Literal["platform", "person", "staff"]
PIN = "482915"
MD5 = {"signal": "VideoMD5", "value": "@new"}
CLAIM = MD5 | {"variant": "original", "quality": None}
FILES = [{"kind": "video", "claims": [CLAIM]}]
AGO = "2026-01-01T00:00:00Z"


@dataclass(frozen=True)
class Door:
    """One kind of request: `body` is sent as JSON by a platform, as a form by everybody else."""

    who: Who
    method: str
    path: str
    body: dict[str, Any] | None = None
    query: dict[str, Any] = field(default_factory=dict)
    often: int = 1

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def _api(method: str, path: str, body: Any = None, often: int = 3, **query: Any) -> Door:
    return Door("platform", method, f"/api/v1/{path}", body, query, often)


def _exchange(method: str, path: str, body: Any = None, **query: Any) -> Door:
    return Door("platform", method, f"/v1/{path}", body, query, often=6)


def _page(path: str, body: Any = None, often: int = 2, **query: Any) -> Door:
    return Door("person", "GET" if body is None else "POST", f"/en/{path}", body, query, often)


def _staff(path: str, body: Any = None, **query: Any) -> Door:
    return Door("staff", "GET" if body is None else "POST", f"/staff/{path}", body, query)


_SEEN = {"matched_at": AGO, "action": "blocked"}
API = (
    _api("POST", "matches", {"id": "@hash", "distance": 3} | _SEEN),
    _api("POST", "matches", MD5 | {"value": "@value", "distance": 0, "reference": "a_1"} | _SEEN),
    _api("PUT", "hashes/@hash/verdict", {"value": "NotBlocked", "tags": ["a:b"]}),
    _api("POST", "hashes/@hash/dispute", {"reason": "other", "note": "A logo."}),
    _api("GET", "hashes/@hash/dispute"),
    _api("POST", "hashes/lookup", {"signals": [MD5 | {"value": "@value"}], "max_distance": 10}),
    _api("POST", "hashes", {"hashes": [MD5 | {"verdict": "Blocked"}]}),
    _api("GET", "hashes/changes", after="", limit="10", signal="VideoMD5", confidence="unverified"),
    _api("GET", "hashes/changes", limit="2"),
    _api("GET", "hashes/export", often=1),
    _api("GET", "withdrawals"),
    _api("POST", "withdrawals/ack", {"ids": ["@hash"]}),
    _api("GET", "webhooks"),
    _api("POST", "webhooks", {"url": "http://127.0.0.1:9/bell", "events": ["hashes.published"]}),
    _api("GET", "webhooks/@webhook"),
    _api("POST", "webhooks/@webhook/test", {}),
    _api("POST", "webhooks/@webhook/secret", {}, often=1),
    _api("POST", "webhooks/@webhook/replay", {"since": AGO, "until": AGO}),
    _api("DELETE", "webhooks/@webhook"),
    _api("GET", "keys"),
    _api("POST", "keys", {"label": "made up", "scopes": ["feed"], "networks": ["10.0.0.0/8"]}, often=1),
    _api("POST", "keys/@key/rotate", {"overlap_hours": 1}, often=1),
    _api("DELETE", "keys/@key", often=1),
)  # fmt: skip
_RECORD = {"hashValue": "@value", "feedbackValue": "Blocked", "tags": ["a"]}
_GIVEN = {
    "lastModtimestamp": 1767225600,
    "signalType": "VideoMD5",
    "hashValue": "@new",
    "CSPFeedbacks": [{"tags": [], "feedbackValue": "Blocked"}],
}
EXCHANGE = (
    _exchange("GET", "FetchHashes", startTimestamp="0", pageSize="5"),
    _exchange("GET", "FetchHashes", startTimestamp="0", pageSize="5", nextPageToken="x"),
    _exchange("POST", "SubmitFeedback", {"count": 1, "hashFeedbacks": [_RECORD]}),
    _exchange("POST", "SubmitHashes", {"count": 1, "hashRecords": [_GIVEN]}),
)
_ENTER = {"number": "@number", "pin": PIN}
_CASE = {"token": "@token", "pin": PIN, "email": "", "files": FILES}
PAGES = (
    *(_page(path, often=1) for path in ("", "how", "questions", "letter", "online", "figures.csv")),
    _page("support", country="FR", need="phone"),
    _page("figures", since="2026-01"),
    _page("start/1"),
    *(_page(f"start/{number}", {"answer": "yes"}) for number in range(1, 5)),
    _page("start/1/more", often=1),
    _page("case/new", often=1),
    _page("case/new", _CASE, often=4),
    _page("status", _ENTER, often=2),
    _page("status/case"),
    _page("status/held"),
    _page("status/withdraw", often=4),
    _page("status/withdraw", {"opening": "@opening", "answer": "yes"}),
    _page("status/withdraw", {"opening": "@opening", "answer": "no"}),
    _page("status/finish", {}, often=1),
)
_PURGE = {"first": "1", "last": "2", "reason": "A court asks."}
STAFF = (
    _staff("login/", {"username": "lead 0", "password": "no", "next": "/staff/"}),
    *(
        _staff(f"{path}/", q="a", p="1", o="1")
        for path in (
            *("hashes/hash", "hashes/change", "matching/reviewitem", "matching/matchreport"),
            *("partners/partner", "partners/delivery", "partners/webhookendpoint"),
            *("partners/apikey", "staff/auditentry", "staff/approval"),
        )
    ),
    _staff("hashes/hash/", published_state="Active", signal="VideoMD5", e="1"),
    _staff("figures/", days="30"),
    _staff("staff/approval/ask/purge/", _PURGE),
    _staff("staff/approval/ask/export/", {"signal": "VideoMD5", "reason": "A court asks."}),
    _staff("partners/partner/add/", {"name": "@uuid", "active": "on"}),
    _staff("partners/partner/1/change/"),
    _staff("matching/reviewitem/1/change/"),
    _staff("no/such/page/"),
)
DOORS = (*API, *EXCHANGE, *PAGES, *STAFF)
# What has to have been carried out, not only refused.
REACHED = frozenset(
    door.name
    for door in (*API, *EXCHANGE, *PAGES)
    if door.method != "GET" and door.path != "/en/status/finish"
) | {"POST /staff/staff/approval/ask/purge/", "POST /staff/partners/partner/add/"}
