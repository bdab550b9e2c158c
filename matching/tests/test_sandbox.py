"""A sandbox key meets every shape of the API, and never anything real."""

import ast
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ncii.tests.routes import all_routes
from partners import sandbox
from partners.services import make_key
from partners.tests.api_helpers import Platform, claim, is_problem, photo, row_counts

REAL = ("hashes_", "partners_feed", "partners_contrib", "partners_ack", "partners_webhook", "match")
METHODS = ("GET", "POST", "PUT", "DELETE")


@pytest.fixture
def tester() -> Platform:
    platform = Platform()
    platform.row, platform.key = make_key(platform.partner, sandbox=True)
    return platform


def send(platform: Platform, method: str, path: str, body: Any) -> Any:
    return platform.send(method, path, body, Idempotency_Key=str(uuid.uuid4()))


def match(**named: Any) -> dict[str, Any]:
    return {
        "distance": 1,
        "matched_at": timezone.now().isoformat(),
        "action": "review",
        **named,
    }


@pytest.mark.stateless
def test_it_imports_no_table() -> None:
    tree = ast.parse(Path(sandbox.__file__).read_text())
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    house = {name for name in imported if name.split(".")[0] not in ("collections", "typing")}
    assert house == {"hashlib", "dataclasses", "hashes.signal_types"}


@pytest.mark.django_db
def test_no_route_leads_a_sandbox_key_to_a_real_table(tester: Platform) -> None:
    claim(photo())
    row = next(iter(sandbox.NOW))
    bodies: list[Any] = [
        {},
        match(id=row),
        {"value": "Blocked"},
        {"count": 0, "hashFeedbacks": [], "hashRecords": []},
        {"ids": [row]},
        {"signals": [{"signal": "ImagePDQ", "value": sandbox.LOG[0].value}]},
        {"url": "https://example.com/hook", "events": []},
    ]
    before = row_counts()
    routes = [route for route in all_routes() if route.route.startswith(("api/v1/", "v1/"))]
    assert len(routes) > 15
    for route in routes:
        for method in METHODS:
            for body in bodies:
                with CaptureQueriesContext(connection) as queries:
                    answer = send(tester, method, route.path.replace("/x/", f"/{row}/"), body)
                assert answer.status_code < 500, (route, method, body)
                touched = [q["sql"] for q in queries if any(name in q["sql"] for name in REAL)]
                assert touched == [], (route.route, method)
    assert row_counts() == before


@pytest.mark.django_db
def test_a_client_meets_a_withdrawal_on_its_second_page(tester: Platform) -> None:
    first = tester.changes()
    assert first["more"] and {c["state"] for c in first["changes"]} == {"Active"}
    second = tester.changes(after=first["next"])
    assert [c["state"] for c in second["changes"]].count("Withdrawn") == 2
    held = {c["id"] for c in first["changes"]}
    assert {c["id"] for c in second["changes"]} <= held
    assert tester.changes(after=second["next"]) == {
        "changes": [],
        "next": second["next"],
        "more": False,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 3, 7, 5000])
def test_small_pages_lead_to_the_same_bank(tester: Platform, limit: int) -> None:
    page = tester.changes(limit=limit, signal="ImagePDQ")
    seen = page["changes"]
    while page["more"]:
        page = tester.changes(limit=limit, signal="ImagePDQ", after=page["next"])
        seen += page["changes"]
    assert [c["value"] for c in seen] == [r.value for r in sandbox.LOG if r.signal == "ImagePDQ"]


@pytest.mark.django_db
def test_reports_are_checked_and_thrown_away(tester: Platform) -> None:
    name = tester.changes()["changes"][0]["id"]
    assert send(tester, "POST", "/api/v1/matches", match(id=name)).status_code == 201
    is_problem(send(tester, "POST", "/api/v1/matches", match(id=name, distance=-1)), 400)
    is_problem(send(tester, "POST", "/api/v1/matches", match(id="f" * 32)), 404)
    verdict = f"/api/v1/hashes/{name}/verdict"
    assert send(tester, "PUT", verdict, {"value": "Blocked"}).json()["value"] == "Blocked"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/hashes/changes?wait=9999", None),
        ("GET", "/api/v1/withdrawals?limit=3", None),
        ("POST", "/api/v1/withdrawals/ack", {"ids": [7]}),
        ("POST", "/api/v1/withdrawals/ack", {"ids": []}),
        ("POST", "/api/v1/withdrawals/ack", {"ids": ["f" * 32], "more": 1}),
    ],
)
def test_what_the_real_bank_refuses_it_refuses_in_the_same_words(
    tester: Platform, method: str, path: str, body: Any
) -> None:
    refusal = is_problem(send(tester, method, path, body), 400)
    assert is_problem(send(Platform(), method, path, body), 400) == refusal


@pytest.mark.django_db
def test_two_of_its_photos_are_near_each_other(tester: Platform) -> None:
    signal = {"signal": "ImagePDQ", "value": sandbox.LOG[0].value}
    answer = send(tester, "POST", "/api/v1/hashes/lookup", {"signals": [signal]})
    (result,) = answer.json()["results"]
    assert [match["distance"] for match in result["matches"]][0] == 0
    assert len(result["matches"]) == 2


@pytest.mark.django_db
def test_the_exchange_pages_through_it(tester: Platform) -> None:
    page = tester.get("/v1/FetchHashes", {"startTimestamp": 10, "pageSize": 7}).json()
    count = page["count"]
    while page["hasMoreRecords"]:
        query = {"startTimestamp": 10, "nextPageToken": page["nextPageToken"]}
        page = tester.get("/v1/FetchHashes", query).json()
        count += page["count"]
    assert count == len(sandbox.LOG)
    rest = tester.get("/v1/FetchHashes", {"startTimestamp": page["nextSetTimestamp"]}).json()
    assert rest["count"] == 1


@pytest.mark.django_db
def test_its_keys_make_and_see_keys_of_the_sandbox_only(tester: Platform) -> None:
    made = send(tester, "POST", "/api/v1/keys", {"scopes": ["feed"]}).json()
    assert made["sandbox"] is True
    assert all(key["sandbox"] for key in tester.get("/api/v1/keys").json()["keys"])
    real, _ = make_key(tester.partner)
    is_problem(tester.send("DELETE", f"/api/v1/keys/{real.public_id}", b""), 404)


@pytest.mark.django_db
def test_a_real_key_makes_keys_for_the_sandbox() -> None:
    platform = Platform()
    body = {"scopes": ["feed"], "sandbox": True}
    made = send(platform, "POST", "/api/v1/keys", body).json()
    platform.key = made["key"]
    assert platform.changes()["next"].startswith("sandbox.")


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["", "sandbox.", "sandbox.21", "sandbox.-1", "sandbox.²", "x"])
def test_other_cursors_are_refused(tester: Platform, cursor: str) -> None:
    is_problem(tester.get("/api/v1/hashes/changes", {"after": cursor}), 400)
