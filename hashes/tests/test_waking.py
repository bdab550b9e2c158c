"""What is committed wakes the publisher; what is rolled back, or a broker that is away, harms nothing."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction

from hashes.models import Change
from hashes.services import SignalClaim, make_claims
from hashes.tasks import publish
from ncii.celery import app

WANTED = [SignalClaim("VideoMD5", "ab" * 16, "original")]
DAY = date(2026, 1, 2)


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
