"""Whoever may have missed a withdrawal that is erased is told to begin with an empty list."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from hashes.models import FeedHead, Hash
from hashes.publisher import publish
from hashes.services import delete_claims, forget_hashes, purge_hashes
from ncii.lib.days import today
from partners.tests.api_helpers import Platform, claim, is_problem, video, withdraw
from partners.withdrawals import forgettable_hashes

CHANGES = "/api/v1/hashes/changes"
FETCH = "/v1/FetchHashes"
pytestmark = pytest.mark.django_db


def erase(*claims: object, told_before: timedelta = timedelta(0)) -> None:
    with transaction.atomic():
        delete_claims(claims, on=today())  # type: ignore[arg-type]
    publish()
    with transaction.atomic():
        assert forget_hashes(forgettable_hashes(told_before=timezone.now() - told_before))


def test_an_old_cursor_is_refused_once_a_tombstone_behind_it_is_gone() -> None:
    reader = Platform()
    (gone,) = claim(video())
    (_,) = claim(video())
    early = reader.changes(limit=1)
    late = reader.changes(after=early["next"])
    erase(gone)
    for cursor in (early["next"], late["next"]):
        for path in (CHANGES, "/api/v1/hashes/export"):
            problem = is_problem(reader.get(path, {"after": cursor}), 410)
            assert "empty list" in problem["detail"]
    anew = reader.changes()
    assert len(anew["changes"]) == 1
    assert reader.changes(after=anew["next"])["changes"] == []


def test_a_cursor_beyond_what_was_erased_goes_on() -> None:
    reader = Platform()
    gone, _ = claim(video(), video())
    cursor = reader.changes()["next"]
    with transaction.atomic():
        delete_claims([gone], on=today())
    publish()
    passed = reader.changes(after=cursor)["next"]
    reader.changes(after=passed)
    with transaction.atomic():
        assert forget_hashes(forgettable_hashes(told_before=timezone.now() - timedelta(days=1)))
    assert reader.changes(after=passed)["changes"] == []
    is_problem(reader.get(CHANGES, {"after": cursor}), 410)


def test_a_cursor_that_is_ahead_of_the_feed_is_refused() -> None:
    reader = Platform()
    claim(video())
    cursor = reader.changes()["next"]
    Hash.objects.update(seq=None)
    FeedHead.objects.update(seq=0)
    is_problem(reader.get(CHANGES, {"after": cursor}), 410)
    FeedHead.objects.all().delete()
    is_problem(reader.get(CHANGES, {"after": cursor}), 410)


def test_the_exchange_refuses_a_time_that_may_have_missed_one() -> None:
    reader, late = Platform(), Platform()
    gone, _ = claim(video(), video())
    checkpoint = reader.get(FETCH, {"startTimestamp": 0}).json()["nextSetTimestamp"]
    erase(gone)
    for platform in (reader, late):
        problem = is_problem(platform.get(FETCH, {"startTimestamp": checkpoint}), 410)
        assert "startTimestamp=0" in problem["detail"]
        anew = platform.get(FETCH, {"startTimestamp": 0}).json()
        assert anew["count"] == 1
        again = platform.get(FETCH, {"startTimestamp": anew["nextSetTimestamp"]})
        assert again.status_code == 200


def fetch(reader: Platform, start: int) -> int:
    """Return the time to go on from."""
    answer = reader.get(FETCH, {"startTimestamp": start})
    assert answer.status_code == 200
    return int(answer.json()["nextSetTimestamp"])


def test_a_second_client_that_is_behind_is_refused_whatever_the_first_has_read() -> None:
    reader = Platform()
    gone, _ = claim(video(), video())
    FeedHead.objects.update(began_at=timezone.now() - timedelta(days=9))
    Hash.objects.update(published_at=timezone.now() - timedelta(days=8))
    behind = fetch(reader, 0)
    claim(video())
    Hash.objects.filter(seq__gt=2).update(published_at=timezone.now() - timedelta(days=7))
    with transaction.atomic():
        delete_claims([gone], on=today())
    publish()
    ahead = fetch(reader, behind)
    with transaction.atomic():
        assert forget_hashes(forgettable_hashes(told_before=timezone.now()))
    assert fetch(reader, ahead) >= ahead
    is_problem(reader.get(FETCH, {"startTimestamp": behind}), 410)
    fetch(reader, 0)
    assert fetch(reader, behind) > behind, "who began anew may stop half-way and go on"


@pytest.mark.parametrize("more", [0, 2])
@pytest.mark.parametrize(
    ("path", "name", "following"),
    [(CHANGES, "after", "next"), (FETCH, "startTimestamp", "nextSetTimestamp")],
)
def test_a_tombstone_that_is_erased_while_it_is_asked_for_is_not_passed_over(
    path: str, name: str, following: str, more: int
) -> None:
    reader, erased = Platform(), 0
    gone, _ = claim(video(), video())
    place = reader.get(path).json()[following]
    withdraw(gone)
    if more:
        claim(*(video() for _ in range(more)))

    def erase_after_the_first_look(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal erased
        found = execute(sql, *rest)
        if "FROM hashes_feedhead" in sql and not erased:
            erased = 1
            with transaction.atomic():
                assert purge_hashes(1, 1000) == 1
        return found

    with connection.execute_wrapper(erase_after_the_first_look):
        answer = reader.get(path, {name: place})
    assert erased
    if answer.status_code == 200:
        answer = reader.get(path, {name: answer.json()[following]})
    is_problem(answer, 410)
