"""A limit is a limit: however many ask at once, no more pass; and everyone is told where they are."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from ncii.lib.rate_limits import Counter, Limit, RedisCounter
from partners import rates
from partners.models import Partner, RateCount, Scope
from partners.tests.api_helpers import Platform, is_problem

CHANGES = "/api/v1/hashes/changes"
LIMIT = Limit(5, 60)


@pytest.fixture(params=["database", "redis"])
def counter(request) -> Iterator[Counter]:
    if request.param == "redis":
        if not settings.REDIS_URL:
            pytest.skip("there is a Redis in the second run only")
        yield RedisCounter(settings.REDIS_URL)
    else:
        yield rates.DatabaseCounter()


@pytest.mark.django_db(transaction=True)
def test_sixty_at_once_leave_five(counter: Counter) -> None:
    name = f"test-{timezone.now().timestamp()}"

    def use(_: int) -> bool:
        try:
            return counter.use(name, LIMIT).allowed
        finally:
            connections.close_all()

    with ThreadPoolExecutor(30) as pool:
        allowed = list(pool.map(use, range(60)))
    assert sum(allowed) == 5


@pytest.mark.django_db
def test_it_counts_down_and_says_until_when(counter: Counter) -> None:
    name = f"test-{timezone.now().timestamp()}"
    uses = [counter.use(name, LIMIT) for _ in range(6)]
    assert [use.remaining for use in uses] == [4, 3, 2, 1, 0, 0]
    assert [use.allowed for use in uses] == [True] * 5 + [False]
    assert all(0 < use.reset <= 60 for use in uses)
    assert all(after.reset <= before.reset for before, after in pairwise(uses))


@pytest.mark.django_db
def test_a_new_window_begins_anew() -> None:
    counter = rates.DatabaseCounter()
    for _ in range(6):
        counter.use("x", LIMIT)
    RateCount.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert counter.use("x", LIMIT).remaining == 4


@pytest.mark.django_db
def test_answers_say_what_is_left_and_one_too_many_is_told_when_to_come_again(monkeypatch) -> None:
    monkeypatch.setitem(rates.LIMITS, Scope.FEED, Limit(2, 60))
    platform, other = Platform(), Platform()
    assert platform.get(CHANGES)["RateLimit-Remaining"] == "1"
    assert platform.get("/v1/FetchHashes")["RateLimit-Remaining"] == "0"
    refused = platform.get(CHANGES)
    is_problem(refused, 429)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused["RateLimit-Limit"] == "2"
    assert other.get(CHANGES).status_code == 200
    is_problem(platform.post("/api/v1/matches", {}, Idempotency_Key="a"), 400)


@pytest.mark.django_db
def test_when_redis_is_away_the_database_counts(settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    partner = Partner.objects.create(name="Examplegram")
    assert rates.use(partner, Scope.FEED).allowed
    assert RateCount.objects.get().used == 1
