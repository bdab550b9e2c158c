"""What is committed wakes the publisher; what is rolled back, or a broker that is away, harms nothing."""

import multiprocessing
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction

from hashes import publisher
from hashes.models import Change
from hashes.services import SignalClaim, make_claims
from hashes.tasks import SEAT, WOKEN, publish
from ncii.celery import app
from ncii.lib import notices
from ncii.lib.locks import seat

WANTED = [SignalClaim("VideoMD5", "ab" * 16, "original")]
DAY = date(2026, 1, 2)


@pytest.fixture(autouse=True)
def _asleep() -> None:
    """No notice of an earlier test says that the publisher is awake."""
    notices.take_down(WOKEN)


@pytest.fixture
def publisher_at_once() -> Iterator[None]:
    """Run tasks where they are woken: what a worker does is not what is asked here."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.mark.django_db(transaction=True)
def test_a_commit_wakes_the_publisher(publisher_at_once: None) -> None:
    with transaction.atomic():
        make_claims(WANTED, source="case", on=DAY)
        assert Change.objects.get().seq is None
    assert Change.objects.get().seq == 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_fails_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**options: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(publish, "apply_async", away)
    with transaction.atomic():
        make_claims(WANTED, source="case", on=DAY)
    assert Change.objects.get().seq is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not settings.REDIS_URL, reason="needs Redis")
def test_of_many_commits_one_wakes_the_publisher(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[object] = []
    monkeypatch.setattr(publish, "apply_async", lambda **options: woken.append(options))
    for value in range(20):
        with transaction.atomic():
            make_claims(
                [SignalClaim("VideoMD5", f"{value:032x}", "original")], source="case", on=DAY
            )
    before = len(woken)
    assert before < 20
    publish()
    assert not Change.objects.filter(seq=None).exists()
    with transaction.atomic():
        make_claims(WANTED, source="case", on=DAY)
    assert len(woken) == before + 1


def _hold_the_seat(taken: Any, leave: Any) -> None:
    connections.close_all()
    with seat(SEAT) as mine:
        assert mine
        taken.set()
        leave.wait(60)
    connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_a_second_publisher_ends_at_once_and_the_first_looks_again() -> None:
    with transaction.atomic():
        make_claims(WANTED, source="case", on=DAY)
    context = multiprocessing.get_context("fork")
    taken, leave = context.Event(), context.Event()
    connections.close_all()
    first = context.Process(target=_hold_the_seat, args=(taken, leave))
    first.start()
    assert taken.wait(60)
    publish()
    assert Change.objects.get().seq is None
    leave.set()
    first.join()
    publish()
    assert Change.objects.get().seq == 1


@pytest.mark.django_db(transaction=True)
def test_what_comes_while_one_publishes_is_published_by_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    once = publisher.publish

    def publish_and_let_another_come() -> int:
        stamped = once()
        if stamped and Change.objects.count() < 3:
            value = f"{Change.objects.count():032x}"
            with transaction.atomic():
                make_claims([SignalClaim("VideoMD5", value, "original")], source="case", on=DAY)
        return stamped

    monkeypatch.setattr(publisher, "publish", publish_and_let_another_come)
    with transaction.atomic():
        make_claims(WANTED, source="case", on=DAY)
    publish()
    assert list(Change.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]
