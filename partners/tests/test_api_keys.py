"""A key opens what its scopes say, and nothing when it is mistyped, expired, revoked or paused."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from partners.models import Scope
from partners.services import make_key, revoke_key
from partners.tests.api_helpers import Platform, is_problem, row_counts

CHANGES = "/api/v1/hashes/changes"
# Routes that anybody may read: descriptions, no data.
OPEN_TO_ALL = {"api/v1/openapi.json", "api/v1/docs"}


def ask(key: str | None, scheme: str = "Bearer") -> Any:
    headers = {} if key is None else {"Authorization": f"{scheme} {key}"}
    return Client().get(CHANGES, headers=headers)


def api_views() -> dict[str, Any]:
    found = {}

    def walk(patterns, prefix):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern) and route.startswith(("api/", "v1/")):
                found[route] = getattr(pattern.callback, "cls", None)

    walk(get_resolver().url_patterns, "")
    return found


def test_every_route_states_its_scope() -> None:
    views = api_views()
    assert len(views) >= 5
    without = {
        route
        for route, view in views.items()
        if route not in OPEN_TO_ALL and getattr(view, "scope", None) not in Scope.values
    }
    assert without == set()


@pytest.mark.django_db
def test_a_view_that_states_no_scope_is_shut(monkeypatch) -> None:
    from partners.api.feed import Changes

    monkeypatch.delattr(Changes, "scope")
    is_problem(Platform().get(CHANGES), 403)


@pytest.mark.django_db
def test_a_good_key_opens_and_notes_the_day_once() -> None:
    platform = Platform()
    assert platform.get(CHANGES).status_code == 200
    platform.row.refresh_from_db()
    assert platform.row.last_used_on == timezone.now().date()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        platform.get(CHANGES)
    assert not [q for q in queries if "last_used_on" in q["sql"] and q["sql"].startswith("UPDATE")]


@pytest.mark.django_db
def test_without_a_key_the_answer_says_how_to_send_one() -> None:
    answer = ask(None)
    is_problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.django_db
def test_a_mistyped_key_never_reaches_the_database() -> None:
    key = Platform().key
    mistyped = key[:-9] + ("a" if key[-9] != "a" else "b") + key[-8:]
    with CaptureQueriesContext(connection) as queries:
        problem = is_problem(ask(mistyped), 401)
    assert len(queries) == 0
    assert "copied whole" in problem["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "nhb_", "x" * 49, "nhb_ü" + "a" * 44, "\x7f", "a b c"])
def test_other_texts_are_refused(text: str) -> None:
    is_problem(ask(text), 401)


@pytest.mark.django_db
def test_a_well_formed_key_that_was_never_made_is_refused() -> None:
    platform = Platform()
    platform.row.delete()
    is_problem(ask(platform.key), 401)


@pytest.mark.django_db
def test_a_key_with_another_secret_is_refused() -> None:
    platform, other = Platform(), Platform()
    other.row.delete()
    platform.row.digest = other.row.digest
    platform.row.save()
    is_problem(ask(platform.key), 401)


@pytest.mark.django_db
def test_an_expired_key_is_refused_and_leaves_no_trace() -> None:
    platform = Platform()
    platform.row.expires_at = timezone.now() - timedelta(seconds=1)
    platform.row.save()
    before = row_counts()
    assert "expired" in is_problem(platform.get(CHANGES), 401)["detail"]
    assert row_counts() == before
    platform.row.refresh_from_db()
    assert platform.row.last_used_on is None


@pytest.mark.django_db
def test_a_revoked_key_fails_with_the_next_request() -> None:
    platform = Platform()
    assert platform.get(CHANGES).status_code == 200
    revoke_key(platform.row)
    assert "revoked" in is_problem(platform.get(CHANGES), 401)["detail"]


@pytest.mark.django_db
def test_a_paused_partner_can_use_none_of_its_keys() -> None:
    platform = Platform()
    platform.partner.active = False
    platform.partner.save()
    assert "paused" in is_problem(platform.get(CHANGES), 401)["detail"]


@pytest.mark.django_db
def test_a_key_without_the_scope_is_told_which_it_lacks() -> None:
    platform = Platform(scopes=[Scope.REPORT])
    assert "`feed`" in is_problem(platform.get(CHANGES), 403)["detail"]
    assert "`feed`" in is_problem(platform.get("/v1/FetchHashes"), 403)["detail"]
    reader = Platform(scopes=[Scope.FEED])
    assert "`report`" in is_problem(reader.post("/api/v1/matches", {}), 403)["detail"]
    assert "`report`" in is_problem(reader.post("/v1/SubmitFeedback", {}), 403)["detail"]


@pytest.mark.django_db
def test_two_keys_of_a_partner_open_the_same(settings) -> None:
    platform = Platform()
    _, second = make_key(platform.partner)
    assert ask(second).status_code == 200
    assert ask(second, scheme="bearer").status_code == 200
    is_problem(ask(second, scheme="Basic"), 401)
