"""What belongs to one platform is not there for another: the test walks all routes."""

import uuid
from typing import Any

import pytest
from django.utils import timezone

from ncii.tests.routes import Route, all_routes
from partners.tests.api_helpers import Platform, claim, is_problem, row_counts, video

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BODIES: list[Any] = [{}, {"value": "Blocked"}, {"overlap_hours": 1}, {"id": "msg_x"}]


def routes() -> list[Route]:
    return [route for route in all_routes() if route.route.startswith("api/v1/")]


def ids_of(platform: Platform, value: str) -> dict[str, str]:
    """Return {first part of a route: an id of the platform's that it takes}."""
    hook = platform.post(
        "/api/v1/webhooks",
        {"url": "http://127.0.0.1:9/hook", "events": []},
        Idempotency_Key=str(uuid.uuid4()),
    )
    assert hook.status_code == 201, hook.content
    return {
        "hashes": platform.name_of(value),
        "keys": platform.row.public_id,
        "webhooks": hook.json()["id"],
    }


def answers(platform: Platform, path: str) -> list[Any]:
    return [
        platform.send(method, path, body, Idempotency_Key=str(uuid.uuid4()))
        for method in METHODS
        for body in BODIES
    ]


@pytest.mark.django_db
def test_ids_of_another_platform_are_404_on_every_route(settings) -> None:
    settings.PARTNER_RATE_FACTOR = 100
    owner, stranger, film = Platform(), Platform(), video()
    claim(film)
    ids = ids_of(owner, film.value)
    with_id = [route for route in routes() if "<str:name>" in route.route]
    assert {route.route.split("/")[2] for route in with_id} == set(ids)
    before = row_counts()
    for route in with_id:
        name = ids[route.route.split("/")[2]]
        path = "/" + route.route.replace("<str:name>", name)
        got = [answer for answer in answers(stranger, path) if answer.status_code != 405]
        assert {answer.status_code for answer in got} <= {400, 404}, path
        assert any(answer.status_code == 404 for answer in got), path
        assert all(name not in answer.content.decode() for answer in got), path
    assert row_counts() == before


@pytest.mark.django_db
def test_lists_show_ones_own_only() -> None:
    owner, stranger, film = Platform(), Platform(), video()
    claim(film)
    ids = ids_of(owner, film.value)
    for route in routes():
        if "<" in route.route or route.route.endswith(("docs", "openapi.json")):
            continue
        answer = stranger.get("/" + route.route)
        content = b"".join(answer) if answer.streaming else answer.content
        assert not any(name in content.decode() for name in ids.values()), route.route


@pytest.mark.django_db
def test_ids_of_another_platform_in_a_body_are_404() -> None:
    owner, stranger, film = Platform(), Platform(), video()
    claim(film)
    body = {
        "id": owner.name_of(film.value),
        "distance": 0,
        "matched_at": timezone.now().isoformat(),
        "action": "none",
    }
    is_problem(stranger.post("/api/v1/matches", body, Idempotency_Key="a"), 404)
