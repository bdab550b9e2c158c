"""Guessing staff passwords gets slow for who guesses, and for nobody else."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client, RequestFactory
from django.utils import timezone

from ncii.lib.lanes import lane_of
from ncii.staff.models import AuditEntry
from ncii.staff.throttle import REFUSED, TRIES, TRIES_IN_A_LANE, WINDOW

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-7"
AT_ONCE = 25


@pytest.fixture(autouse=True)
def ada() -> User:
    return User.objects.create_user("ada", password=PASSWORD, is_staff=True)


def _try(password: str, address: str = "192.0.2.1", username: str = "ada") -> int:
    client = Client(REMOTE_ADDR=address)
    form = {"username": username, "password": password, "next": "/staff/"}
    return client.post("/staff/login/", form).status_code


def _another_lane() -> str:
    factory = RequestFactory()
    ours = lane_of(factory.get("/", REMOTE_ADDR="192.0.2.1"))
    addresses = (f"198.51.100.{n}" for n in range(1, 255))
    return next(a for a in addresses if lane_of(factory.get("/", REMOTE_ADDR=a)) != ours)


def test_after_ten_tries_even_the_right_password_waits() -> None:
    assert [_try(f"guess {n}") for n in range(TRIES)] == [200] * TRIES

    assert _try(PASSWORD) == 429


def test_nine_tries_do_no_harm() -> None:
    for n in range(TRIES - 1):
        _try(f"guess {n}")

    assert _try(PASSWORD) == 302


def test_the_owner_elsewhere_is_not_kept_out() -> None:
    for n in range(TRIES):
        _try(f"guess {n}")

    assert _try(PASSWORD, _another_lane()) == 302


def test_a_name_that_is_no_account_waits_in_the_same_way() -> None:
    answers = [_try("guess", username="nobody") for n in range(TRIES + 1)]

    assert answers == [200] * TRIES + [429]


@pytest.mark.parametrize("name", ["ada", "nobody"])
def test_the_wait_does_not_tell_whether_a_name_is_an_account_s(name: str) -> None:
    for _n in range(TRIES - 1):
        _try("guess", username="nobody else")

    assert _try("guess", username=name) == 200
    assert _try("guess", username="nobody else") == 200
    assert _try("guess", username="nobody else") == 429


@pytest.mark.parametrize("name", [" ada", "ada\u3000", "\uff41\uff44\uff41"])
def test_another_spelling_of_a_name_gives_no_more_tries(name: str) -> None:
    """Django's form takes it for the same name."""
    for n in range(TRIES):
        _try(f"guess {n}")

    assert _try(PASSWORD, username=name) == 429


def test_a_lane_has_so_many_tries_whatever_the_names() -> None:
    answers = [_try("guess", username=f"nobody-{n}") for n in range(TRIES_IN_A_LANE + 1)]

    assert answers == [200] * TRIES_IN_A_LANE + [429]
    assert _try(PASSWORD) == 429
    assert _try(PASSWORD, _another_lane()) == 302


@pytest.mark.django_db(transaction=True)
def test_a_burst_gets_no_more_tries_than_one_after_the_other() -> None:
    barrier, answers = Barrier(AT_ONCE), []

    def guess(number: int) -> None:
        barrier.wait()
        try:
            answers.append(_try(f"guess {number}"))
        finally:
            connections.close_all()

    threads = [Thread(target=guess, args=(n,)) for n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [200] * TRIES + [429] * (AT_ONCE - TRIES)
    assert AuditEntry.objects.filter(act=REFUSED).count() == TRIES


def test_the_wait_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(TRIES):
        _try(f"guess {n}")
    newest = AuditEntry.objects.latest("number").at
    monkeypatch.setattr(timezone, "now", lambda: newest + WINDOW + timedelta(seconds=1))

    assert _try(PASSWORD) == 302


def test_a_name_with_a_null_byte_is_a_name_like_any_other() -> None:
    assert _try(PASSWORD, username="ada\0") == 200
