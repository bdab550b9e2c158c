"""A withdrawal is due to each platform until its cursor has passed it or it was acknowledged."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hashes.models import Claim, Hash
from hashes.publisher import publish
from hashes.services import delete_claims
from ncii.lib.days import today
from partners.tests.api_helpers import (
    Platform,
    claim,
    is_problem,
    photo,
    row_counts,
    video,
    withdraw,
)
from partners.withdrawals import forgettable_hashes, overdue

DUE, ACK = "/api/v1/withdrawals", "/api/v1/withdrawals/ack"


def due(platform: Platform) -> set[str]:
    answer = platform.get(DUE)
    assert answer.status_code == 200
    return {each["value"] for each in answer.json()["due"]}


@pytest.mark.django_db
def test_a_cursor_that_has_passed_it_acknowledges_it() -> None:
    platform, film = Platform(), video()
    made = claim(film)
    cursor = platform.changes()["next"]
    assert due(platform) == set()
    withdraw(*made)
    assert due(platform) == {film.value}
    following = platform.changes(after=cursor)["next"]
    assert due(platform) == {film.value}, "handed over, but not known to be kept"
    platform.changes(after=following)
    assert due(platform) == set()


@pytest.mark.django_db
def test_it_can_be_acknowledged_by_id() -> None:
    platform, other, film = Platform(), Platform(), video()
    made = claim(film, photo())
    name = platform.name_of(film.value)
    other.changes()
    withdraw(made[0])
    answer = platform.post(ACK, {"ids": [name]})
    assert answer.json() == {"acknowledged": 1}
    assert due(platform) == set()
    assert due(other) == {film.value}


@pytest.mark.django_db
def test_a_later_withdrawal_of_the_same_hash_is_due_again() -> None:
    platform, film = Platform(), video()
    made = claim(film)
    name = platform.name_of(film.value)
    withdraw(*made)
    platform.post(ACK, {"ids": [name]})
    again = claim(film)
    assert platform.post(ACK, {"ids": [name]}).json() == {"acknowledged": 0}
    withdraw(*again)
    assert due(platform) == {film.value}


@pytest.mark.django_db
def test_who_takes_photos_only_has_photos_only_to_drop() -> None:
    platform, picture, film = Platform(), photo(), video()
    made = claim(picture, film)
    cursor = platform.changes(signal="ImagePDQ")["next"]
    withdraw(*made)
    assert due(platform) == {picture.value}
    cursor = platform.changes(signal="ImagePDQ", after=cursor)["next"]
    platform.changes(signal="ImagePDQ", after=cursor)
    assert due(platform) == set()


@pytest.mark.django_db
def test_a_stream_of_photos_beside_one_of_everything_passes_photos() -> None:
    platform, picture, film = Platform(), photo(), video()
    made = claim(picture, film)
    platform.changes()
    cursor = platform.changes(signal="ImagePDQ")["next"]
    withdraw(*made)
    cursor = platform.changes(signal="ImagePDQ", after=cursor)["next"]
    platform.changes(signal="ImagePDQ", after=cursor)
    assert due(platform) == {film.value}


@pytest.mark.django_db
def test_who_began_after_it_was_withdrawn_never_had_it() -> None:
    platform = Platform()
    withdraw(*claim(video()))
    platform.changes()
    assert due(platform) == set()


@pytest.mark.django_db
def test_who_never_read_has_nothing_to_drop() -> None:
    platform = Platform()
    withdraw(*claim(video()))
    assert due(platform) == set()


@pytest.mark.django_db
def test_staff_see_who_leaves_withdrawals_lying_for_a_day() -> None:
    platform = Platform()
    made = claim(video())
    platform.changes()
    withdraw(*made)
    assert overdue(platform.partner) == 0
    Hash.objects.update(published_at=F("published_at") - timedelta(hours=25))
    assert overdue(platform.partner) == 1


def forgettable() -> list[int]:
    return forgettable_hashes(told_before=timezone.now() - timedelta(days=90))


def delete(made: list[Claim]) -> int:
    """Withdraw and delete as one case would, publish it, and return the hash."""
    held = made[0].hash_id
    with transaction.atomic():
        delete_claims(made, on=today())
    publish()
    return held


@pytest.mark.django_db
def test_a_deleted_hash_is_kept_until_every_stream_of_every_platform_knows() -> None:
    one, other = Platform(), Platform()
    made = claim(video())
    cursors = [one.changes()["next"], other.changes()["next"]]
    films = one.changes(signal="VideoMD5")["next"]
    held = delete(made)
    cursors = [one.changes(after=cursors[0])["next"], other.changes(after=cursors[1])["next"]]
    assert forgettable() == []
    one.changes(after=cursors[0])
    other.changes(after=cursors[1])
    assert due(one) == due(other) == set()
    assert forgettable() == [], "its stream of videos could not be told any more"
    films = one.changes(signal="VideoMD5", after=films)["next"]
    one.changes(signal="VideoMD5", after=films)
    assert forgettable() == [held]


@pytest.mark.django_db
def test_a_deleted_hash_is_not_kept_for_who_began_after_it() -> None:
    late = Platform()
    held = delete(claim(video()))
    late.changes()
    assert due(late) == set()
    assert forgettable() == [held]


@pytest.mark.django_db
def test_a_deleted_hash_is_kept_for_a_stream_that_would_have_to_begin_anew() -> None:
    platform, film = Platform(), video()
    made = claim(film)
    name = platform.name_of(film.value)
    cursor = platform.changes(signal="ImagePDQ")["next"]
    held = delete(made)
    assert platform.post(ACK, {"ids": [name]}).json() == {"acknowledged": 1}
    assert due(platform) == set()
    assert forgettable() == []
    assert platform.changes(signal="ImagePDQ", after=cursor)["changes"] == []
    assert forgettable() == []
    assert forgettable_hashes(told_before=timezone.now() + timedelta(days=1)) == [held]


@pytest.mark.django_db
@pytest.mark.parametrize("ids", [None, "x", [], [1], ["x" * 65], ["f" * 32] * 1001])
def test_bad_lists_are_refused(ids: Any) -> None:
    is_problem(Platform().post(ACK, {"ids": ids}), 400)


@pytest.mark.django_db
def test_ids_of_others_acknowledge_nothing() -> None:
    platform, other, film = Platform(), Platform(), video()
    made = claim(film)
    theirs = other.name_of(film.value)
    platform.changes()
    withdraw(*made)
    before = row_counts()
    assert platform.post(ACK, {"ids": [theirs, "x", "é"]}).json() == {"acknowledged": 0}
    assert row_counts() == before
