"""People claim hashes in the very moment in which the bank erases them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from hashes.models import Claim, Hash, State
from hashes.publisher import publish
from hashes.services import delete_claims, forget_hashes, lock_hashes, make_claims, purge_hashes
from matching.tests.crossing import Side, on_postgresql, until_waiting
from ncii.lib.days import today
from partners.pseudonyms import hash_id
from partners.tests.api_helpers import Platform, claim, video, withdraw

pytestmark = [pytest.mark.django_db(transaction=True), on_postgresql]

FILM = video()


def everything() -> list[int]:
    return list(Hash.objects.values_list("pk", flat=True))


def erased(work: Callable[[], int]) -> int:
    with transaction.atomic():
        return work()


def deleted() -> None:
    with transaction.atomic():
        delete_claims(Claim.objects.all(), on=today())
    publish()


@pytest.mark.parametrize(
    "erase", [lambda: purge_hashes(1, 1000), lambda: forget_hashes(everything())]
)
def test_what_is_claimed_again_meanwhile_is_not_erased(erase: Callable[[], int]) -> None:
    withdraw(*claim(FILM))
    deleted()
    with transaction.atomic():
        (mine,) = make_claims([FILM], source="case", on=today())
        eraser = Side(lambda: erased(erase))
        until_waiting(eraser)
    assert eraser.end() == 0
    assert Claim.objects.get() == mine
    publish()
    assert Hash.objects.get().published_state == State.ACTIVE


def test_what_is_erased_meanwhile_can_be_claimed_anew() -> None:
    withdraw(*claim(FILM))
    (before,) = everything()
    with transaction.atomic():
        lock_hashes([before])
        claimer = Side(lambda: claim(FILM))
        until_waiting(claimer)
        assert purge_hashes(1, 1000) == 1
    (mine,) = claimer.end()
    assert mine.hash_id != before
    assert Hash.objects.get().published_state == State.ACTIVE


def test_what_is_acknowledged_is_not_erased_before_that_is_written_down() -> None:
    platform, erasers = Platform(), []
    withdraw(*claim(FILM))
    name = hash_id(platform.partner.pk, *everything())

    def erase_meanwhile(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('INSERT INTO "partners_acknowledgement"'):
            erasers.append(Side(lambda: erased(lambda: purge_hashes(1, 1000))))
            until_waiting(*erasers)
        return execute(sql, *rest)

    with connection.execute_wrapper(erase_meanwhile):
        answer = platform.post("/api/v1/withdrawals/ack", {"ids": [name]})
    assert [eraser.end() for eraser in erasers] == [1]
    assert (answer.status_code, answer.json()) == (200, {"acknowledged": 1})
