"""A notice is said once: whoever finds it standing need not say it, and none is believed for long."""

from collections.abc import Iterator

import pytest
import redis
from django.conf import settings as configured
from pytest_django import Settings

from ncii.lib import notices
from ncii.tests.waiting import wait_until

NAME = "somebody-is-awake"
needs_redis = pytest.mark.skipif(not configured.REDIS_URL, reason="needs Redis")


@pytest.fixture(autouse=True)
def _none_is_left() -> Iterator[None]:
    notices.take_down(NAME)
    yield
    notices.take_down(NAME)


@needs_redis
def test_the_second_finds_it_standing_until_it_is_taken_down() -> None:
    assert notices.put_up(NAME)
    assert not notices.put_up(NAME)
    notices.take_down(NAME)
    assert notices.put_up(NAME)


@needs_redis
def test_a_notice_whose_owner_was_killed_goes_by_itself() -> None:
    notices.keep_up(NAME)
    assert not notices.put_up(NAME)
    store = redis.Redis.from_url(configured.REDIS_URL)
    wait_until(lambda: not store.exists(f"notice:{NAME}"))
    assert notices.put_up(NAME)


def test_without_a_store_everybody_says_it(settings: Settings) -> None:
    for url in ("", "redis://127.0.0.1:1/0"):
        settings.REDIS_URL = url
        assert notices.put_up(NAME)
        assert notices.put_up(NAME)
        notices.take_down(NAME)
