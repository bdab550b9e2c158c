"""What fails because a server is away is 503, and says when to come again; our own faults are 500."""

import pytest
import redis
from django.db import InterfaceError, OperationalError
from django.test import Client

from ncii.lib.away import is_away

pytestmark = [pytest.mark.django_db, pytest.mark.urls("ncii.tests.faulty")]


@pytest.mark.parametrize(("fault", "status"), [("away", 503), ("value", 500)])
def test_a_page(fault: str, status: int) -> None:
    answer = Client(raise_request_exception=False).get(f"/fail/{fault}/x")
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert b"Something went wrong on our side" in answer.content


def test_what_counts_as_away() -> None:
    for error in (OperationalError(), InterfaceError(), redis.ConnectionError()):
        assert is_away(error)
        wrapped = RuntimeError()
        wrapped.__cause__ = error
        assert is_away(wrapped)
    assert not is_away(RuntimeError())
    assert not is_away(None)
