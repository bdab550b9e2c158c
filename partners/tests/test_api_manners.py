"""What every address of the API does alike: an id to ask about, and no work done twice."""

import uuid
from typing import Any

import pytest

from ncii.tests.routes import Route, all_routes
from partners.tests.api_helpers import Platform, is_problem, row_counts

PREFIXES = ("api/v1/", "v1/")
# Asked twice, these do no more than once: a look-up writes nothing, a withdrawal is acknowledged,
# and the exchange's own protocol knows no such header; what it sends is kept once by its value.
HARMLESS_TWICE = {
    "api/v1/hashes/lookup",
    "api/v1/withdrawals/ack",
    "v1/SubmitFeedback",
    "v1/SubmitHashes",
}


def routes() -> list[Route]:
    return [route for route in all_routes() if route.route.startswith(PREFIXES)]


def answers(platform: Platform, route: Route) -> list[Any]:
    return [platform.send(method, route.path, {}) for method in ("GET", "POST", "PUT", "DELETE")]


@pytest.mark.django_db
def test_every_answer_and_refusal_has_an_id_of_its_own(settings) -> None:
    settings.PARTNER_RATE_FACTOR = 100
    platform = Platform()
    got = [answer for route in routes() for answer in answers(platform, route)]
    got.append(platform.get("/api/v1/no-such-thing"))
    assert len(got) > 60
    ids = [answer["X-Request-ID"] for answer in got]
    assert all(ids) and len(set(ids)) == len(ids)


@pytest.mark.django_db
def test_every_post_that_writes_needs_an_idempotency_key(settings) -> None:
    settings.PARTNER_RATE_FACTOR = 100
    platform = Platform()
    posts = [
        route
        for route in routes()
        if platform.send("OPTIONS", route.path, b"").status_code != 404
        and platform.post(route.path, {}).status_code != 405
    ]
    assert {route.route for route in posts} > HARMLESS_TWICE
    before = row_counts()
    for route in posts:
        if route.route in HARMLESS_TWICE:
            continue
        refused = platform.post(route.path, {})
        named = platform.post(route.path, {}, Idempotency_Key=str(uuid.uuid4()))
        if named.status_code != 404:
            assert "Idempotency-Key" in is_problem(refused, 400)["detail"], route.route
            assert "Idempotency-Key" not in str(named.content), route.route
    assert row_counts() == before
