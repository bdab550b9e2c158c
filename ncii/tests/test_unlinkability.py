"""Two partners put together everything they see, and try to find out which hashes are one case's.

The attack: 500 cases are opened, and published together as an installation does that mixes them
(settings.PUBLICATION_INTERVAL). Both partners read the native feed and the exchange, look hashes up,
and are rung. They use order, time, ids and pseudonyms, within a partner's view and across the
two. What a publication that holds one case only shows by its time is outside this test
(docs/threat-model.md).
"""

import json
import math
import random
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pytest

from cases.models import FileClaim
from cases.numbers import issue_token
from cases.services import FileInput, open_case
from hashes.models import Hash
from hashes.publisher import publish
from partners.models import Delivery
from partners.tests.api_helpers import Platform, photo, video
from partners.webhooks.endpoints import add_endpoint
from partners.webhooks.ringing import ring_endpoints

CASES = 500
PIN = "482915"
Key = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def cases() -> list[list[FileInput]]:
    chance = random.Random(20260102)
    return [
        [
            FileInput("photo", (photo(),))
            if chance.random() < 0.8
            else FileInput("video", (video(),))
            for _ in range(chance.randint(2, 8))
        ]
        for _ in range(CASES)
    ]


def _read_all(platform: Platform) -> list[dict[str, Any]]:
    """A partner's view: the feed and the exchange's record of each hash, in feed order."""
    seen: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 1000}
    while True:
        page = platform.changes(**query)
        seen += page["changes"]
        if not page["more"]:
            break
        query["after"] = page["next"]
    records = platform.get("/v1/FetchHashes", {"startTimestamp": 10, "pageSize": 5000}).json()
    by_value = {record["hashValue"]: record for record in records["hashRecords"]}
    places = {record["hashValue"]: n for n, record in enumerate(records["hashRecords"])}
    return [row | {"record": by_value[row["value"]], "place": places[row["value"]]} for row in seen]


def _side_by_side(rows: Iterable[dict[str, Any]], owner: dict[str, int], key: Key) -> int:
    """Sort by `key`, and count neighbours that belong to one case."""
    ordered = sorted(rows, key=key)
    return sum(owner[a["value"]] == owner[b["value"]] for a, b in pairwise(ordered))


def _limit(owner: dict[str, int]) -> float:
    """Neighbours of one case that chance alone gives, and five standard deviations (Poisson)."""
    sizes: dict[int, int] = {}
    for case in owner.values():
        sizes[case] = sizes.get(case, 0) + 1
    expected = sum(size * (size - 1) for size in sizes.values()) / len(owner)
    return float(expected + 5 * math.sqrt(expected))


KEYS: dict[str, Key] = {
    "order of the feed": lambda row: 0,
    "order of the exchange": lambda row: row["place"],
    "id": lambda row: row["id"],
    "end of the id": lambda row: row["id"][::-1],
    "time": lambda row: (row["published_at"], row["record"]["lastModtimestamp"]),
    "case pseudonym": lambda row: next(iter(row["record"]["caseNumbers"])),
    "end of the case pseudonym": lambda row: next(iter(row["record"]["caseNumbers"]))[::-1],
}


@pytest.mark.django_db(transaction=True)
def test_colluding_partners_regroup_cases_no_better_than_chance(
    cases: list[list[FileInput]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Argon2 is measured elsewhere; here it would be most of the time.
    monkeypatch.setattr("cases.services.secrets.make_password", lambda text: text)
    owner: dict[str, int] = {}
    for number, files in enumerate(cases):
        open_case(issue_token(), PIN, files)
        owner |= {file.claims[0].value: number for file in files}
    platforms = [Platform() for _ in range(2)]
    for platform in platforms:
        add_endpoint(platform.partner, "https://hooks.example/bell", [], sandbox=False)
    publish()
    ring_endpoints()
    first, second = (_read_all(platform) for platform in platforms)

    limit = _limit(owner)
    for name, key in KEYS.items():
        for view in (first, second):
            assert _side_by_side(view, owner, key) < limit, name
    _nothing_is_shared(first, second)
    for platform, view in zip(platforms, (first, second), strict=True):
        _look_ups_add_nothing(platform, view)
        _bells_add_nothing(platform, set(owner))
    assert FileClaim.objects.count() == len(owner)


def _nothing_is_shared(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> None:
    """No id or pseudonym occurs twice, neither in one partner's view nor across the two."""
    names = [name for row in first + second for name in (row["id"], *row["record"]["caseNumbers"])]
    assert len(names) == len(set(names))


def _look_ups_add_nothing(platform: Platform, view: list[dict[str, Any]]) -> None:
    """Whatever is asked together: each is answered by the feed's own id of it, and nothing more."""
    videos = [row for row in view if row["signal"] == "VideoMD5"][:1000]
    random.shuffle(videos)
    body = {"signals": [{"signal": row["signal"], "value": row["value"]} for row in videos]}
    results = platform.post("/api/v1/hashes/lookup", body).json()["results"]
    assert [result["matches"] for result in results] == [
        [{"id": row["id"], "distance": 0, "confidence": row["confidence"]}] for row in videos
    ]


def _bells_add_nothing(platform: Platform, values: set[str]) -> None:
    """One bell for all 500 cases, with a place in the feed that every partner is given."""
    (bell,) = Delivery.objects.filter(endpoint__partner=platform.partner)
    assert set(json.loads(bell.payload)["data"]) == {"cursor"}
    assert not any(value in bell.payload for value in values)


@pytest.mark.django_db
def test_the_attack_would_find_cases_that_were_not_shuffled(cases: list[list[FileInput]]) -> None:
    owner = {file.claims[0].value: number for number, files in enumerate(cases) for file in files}
    in_order = [{"value": value} for value in owner]
    assert _side_by_side(in_order, owner, lambda row: 0) > 2 * _limit(owner)
    assert not Hash.objects.exists()
