"""A request that waits is answered when there is news, and holds no more threads than it may."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from ncii.lib import ending
from partners.api import waiting
from partners.services import revoke_key
from partners.tests.api_helpers import Platform, claim, is_problem, video

CHANGES = "/api/v1/hashes/changes"


@pytest.mark.django_db(transaction=True)
def test_news_ends_the_wait(monkeypatch) -> None:
    platform, film = Platform(), video()
    claim(video())
    cursor = platform.changes()["next"]
    waits = threading.Event()
    pause = time.sleep

    def sleep(seconds: float) -> None:
        waits.set()
        pause(seconds)

    monkeypatch.setattr(time, "sleep", sleep)

    def ask() -> list[str]:
        try:
            changes = platform.changes(after=cursor, wait=30)["changes"]
            return [change["value"] for change in changes]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask)
        assert waits.wait(30)
        claim(film)
        assert answer.result(30) == [film.value]


@pytest.mark.django_db
def test_a_key_that_is_revoked_meanwhile_hears_no_news(monkeypatch) -> None:
    platform = Platform()
    claim(video())
    cursor = platform.changes()["next"]

    def revoked_while_it_waits(seconds: float) -> None:
        revoke_key(platform.row)
        claim(video())

    monkeypatch.setattr(time, "sleep", revoked_while_it_waits)
    problem = is_problem(platform.get(CHANGES, {"after": cursor, "wait": 30}), 401)
    assert "revoked" in problem["detail"]


@pytest.mark.django_db
def test_without_news_it_ends_by_itself() -> None:
    platform = Platform()
    claim(video())
    cursor = platform.changes()["next"]
    page = platform.changes(after=cursor, wait=1)
    assert page["changes"] == [] and page["more"] is False
    assert platform.changes(after=page["next"])["changes"] == []


@pytest.mark.django_db
def test_a_server_that_is_asked_to_end_answers_at_once(monkeypatch) -> None:
    platform, asked = Platform(), threading.Event()
    claim(video())
    cursor = platform.changes()["next"]
    monkeypatch.setattr(ending, "asked", asked)
    monkeypatch.setattr(time, "sleep", lambda s: asked.set())
    assert platform.changes(after=cursor, wait=30)["changes"] == []
    monkeypatch.setattr(time, "sleep", lambda s: pytest.fail("it waited"))
    assert platform.changes(after=cursor, wait=30)["changes"] == []


@pytest.mark.django_db
def test_when_all_seats_are_taken_the_answer_comes_at_once(monkeypatch) -> None:
    monkeypatch.setattr(waiting, "_seats", threading.BoundedSemaphore(1))
    assert waiting._seats.acquire(blocking=False)
    monkeypatch.setattr(time, "sleep", lambda s: pytest.fail("it waited"))
    assert Platform().changes(wait=30)["changes"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("wait", ["-1", "31", "x", "0.5"])
def test_bad_waits_are_refused(wait: str) -> None:
    problem = is_problem(Platform().get(CHANGES, {"wait": wait}), 400)
    assert problem["errors"][0]["parameter"] == "wait"
