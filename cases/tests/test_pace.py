"""How many cases one address may open, and what is kept of the address meanwhile."""

from datetime import date

import pytest
import redis
from django.apps import apps
from django.conf import settings as configured
from django.core import serializers
from django.test import Client, RequestFactory
from pytest_django import Settings

from cases import pace
from cases.models import Case
from cases.numbers import issue_token
from cases.tests.test_new_case_page import send
from ncii.lib.rate_limits import Limit, MemoryCounter, RedisCounter
from ncii.tests.waiting import wait_until

ADDRESS = "203.0.113.77"


@pytest.fixture(autouse=True)
def _two_cases_an_hour(settings: Settings) -> None:
    settings.INTAKE_PER_HOUR = 2


@pytest.mark.django_db
def test_an_address_is_slowed_and_nothing_of_the_form_is_lost(client: Client) -> None:
    token = issue_token()
    sent = [send(client).status_code for _ in range(2)]
    assert [*sent, send(client, token=token).status_code] == [201, 201, 429]
    assert send(Client(REMOTE_ADDR=ADDRESS), token=token).status_code == 201
    assert Case.objects.count() == 3


@pytest.mark.django_db
def test_a_form_sent_again_is_not_slowed(client: Client) -> None:
    token = issue_token()
    answers = [send(client, token=token) for _ in range(4)]
    assert {answer.status_code for answer in answers} == {201}
    assert send(client).status_code == 201


@pytest.mark.django_db
def test_one_customer_s_ipv6_addresses_count_together() -> None:
    clients = [Client(REMOTE_ADDR=f"2001:db8:1:1::{n}") for n in (1, 2, 3)]
    assert [send(each).status_code for each in clients] == [201, 201, 429]


@pytest.mark.django_db
def test_the_address_is_in_no_table_and_its_digest_neither(settings: Settings) -> None:
    client = Client(REMOTE_ADDR=ADDRESS)
    assert [send(client).status_code for _ in range(3)] == [201, 201, 429]
    request = RequestFactory().post("/", REMOTE_ADDR=ADDRESS)
    digest = pace.Pace.of(request).caller
    rows = [row for model in apps.get_models() for row in model._default_manager.all()]
    written = serializers.serialize("json", rows)
    assert ADDRESS not in written and digest not in written


@pytest.mark.stateless
def test_the_digest_of_an_address_is_another_one_tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().post("/", REMOTE_ADDR=ADDRESS)
    today = pace.Pace.of(request)
    assert pace.Pace.of(request) == today and ADDRESS not in today.caller
    monkeypatch.setattr("ncii.lib.lanes.today", lambda: date.min)
    assert pace.Pace.of(request) != today


@pytest.mark.stateless
def test_memory_forgets_by_itself() -> None:
    counter = MemoryCounter()
    limit = Limit(2, 1)
    assert [counter.use("someone", limit).allowed for _ in range(3)] == [True, True, False]
    assert counter.held() == ["someone"]
    wait_until(lambda: not counter.held())
    assert counter.use("someone", limit).remaining == 1


@pytest.mark.skipif(not configured.REDIS_URL, reason="needs Redis")
@pytest.mark.django_db
def test_redis_forgets_within_the_hour() -> None:
    store = redis.Redis.from_url(configured.REDIS_URL)
    assert send(Client(REMOTE_ADDR=ADDRESS)).status_code == 201
    request = RequestFactory().post("/", REMOTE_ADDR=ADDRESS)
    left = store.ttl(f"rate:intake:{pace.Pace.of(request).caller}")
    assert 0 < left <= pace.AN_HOUR


@pytest.mark.skipif(not configured.REDIS_URL, reason="needs Redis")
@pytest.mark.stateless
def test_asking_what_is_left_in_redis_takes_nothing_and_leaves_nothing() -> None:
    counter = RedisCounter(configured.REDIS_URL)
    limit = Limit(5, 60)
    assert counter.use("nobody", limit, 0).remaining == 5
    store = redis.Redis.from_url(configured.REDIS_URL)
    assert store.ttl("rate:nobody") in (-2, *range(1, 61))
