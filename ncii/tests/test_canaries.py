"""Marked values walk every way a request can go wrong; none of them may be written down."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from django.test import Client

from cases.models import Case
from cases.numbers import issue_token, normalise
from cases.services import FileInput, enter_case, open_case, withdraw_case
from hashes.publisher import publish
from hashes.services import SignalClaim
from hashes.signal_types import ImagePDQ
from ncii.tests import canaries
from ncii.tests.faulty import failing
from ncii.tests.production import production_environment, run
from partners.models import Partner
from partners.services import make_key

pytestmark = [pytest.mark.django_db, pytest.mark.urls("ncii.tests.faulty")]

MARKS = (
    canaries.EMAIL,
    canaries.ADDRESS,
    canaries.AGENT,
    canaries.PIN,
    canaries.PATH_ARGUMENT,
    canaries.FREE_TEXT,
)


@pytest.fixture
def visitor() -> Client:
    client = Client(
        enforce_csrf_checks=True,
        REMOTE_ADDR=canaries.ADDRESS,
        HTTP_USER_AGENT=canaries.AGENT,
        HTTP_X_FORWARDED_FOR=canaries.ADDRESS,
        HTTP_REFERER=f"http://testserver/{canaries.PATH_ARGUMENT}",
    )
    client.raise_request_exception = False
    return client


@pytest.fixture
def form() -> dict[str, str]:
    return {"pin": canaries.PIN, "email": canaries.EMAIL, "text": canaries.FREE_TEXT}


def _lines(written: str) -> Iterator[dict[str, object]]:
    return (json.loads(line) for line in written.splitlines())


@pytest.mark.parametrize(
    ("fault", "status"), [("value", 500), ("suspicious", 400), ("denied", 403), ("missing", 404)]
)
def test_a_failing_view(visitor: Client, form: dict[str, str], fault: str, status: int) -> None:
    with canaries.captured_log() as log:
        answer = visitor.post(f"/fail/{fault}/{canaries.PATH_ARGUMENT}?q={canaries.EMAIL}", form)

    assert answer.status_code == status
    assert not canaries.hits(log.getvalue(), *MARKS)
    (line,) = [entry for entry in _lines(log.getvalue()) if entry["event"] == "request"]
    assert (line["route"], line["status"]) == ("fail/<str:fault>/<str:where>", status)


def test_an_unexpected_failure_says_where_it_happened(visitor: Client) -> None:
    with canaries.captured_log() as log:
        answer = visitor.get("/fail/value/x")

    failures = [entry for entry in _lines(log.getvalue()) if entry["event"] == "request_failed"]
    assert [entry["exception"] for entry in failures] == ["ValueError"]
    assert "faulty.py" in str(failures[0]["at"])
    assert failures[0]["request_id"] == answer["X-Request-ID"]


def test_a_failing_api_route(visitor: Client, form: dict[str, str]) -> None:
    with canaries.captured_log() as log:
        answer = visitor.post(
            f"/api/v1/fail/{canaries.PATH_ARGUMENT}", form, content_type="application/json"
        )

    assert answer.status_code == 500
    assert not canaries.hits(log.getvalue() + answer.content.decode(), *MARKS)


def test_a_refused_form(visitor: Client, form: dict[str, str]) -> None:
    with canaries.captured_log() as log:
        answer = visitor.post(f"/keep/{canaries.PATH_ARGUMENT}", form)

    assert answer.status_code == 403
    assert not canaries.hits(log.getvalue() + answer.content.decode(), *MARKS)


def test_a_host_that_is_not_ours(visitor: Client) -> None:
    with canaries.captured_log() as log:
        answer = visitor.get("/healthz", headers={"host": "canary-path-argument.example"})

    assert answer.status_code == 400
    assert not canaries.hits(log.getvalue(), *MARKS)


def test_a_page_that_is_not_there(visitor: Client) -> None:
    with canaries.captured_log() as log:
        answer = visitor.get(f"/{canaries.PATH_ARGUMENT}/{canaries.EMAIL}?pin={canaries.PIN}")

    assert answer.status_code == 404
    assert not canaries.hits(log.getvalue(), *MARKS)


def test_a_failing_task() -> None:
    with canaries.captured_log() as log:
        failing.apply(args=(" ".join(MARKS),))

    assert not canaries.hits(log.getvalue(), *MARKS)
    (line,) = [entry for entry in _lines(log.getvalue()) if entry["event"] == "task_failed"]
    assert (line["task"], line["exception"]) == ("ncii.tests.failing", "RuntimeError")


def test_a_forgotten_future() -> None:
    async def fail() -> None:
        raise RuntimeError(canaries.FREE_TEXT)

    async def forget() -> None:
        asyncio.get_running_loop().create_task(fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    with canaries.captured_log() as log:
        asyncio.run(forget())

    assert not canaries.hits(log.getvalue(), *MARKS)
    assert "Task exception was never retrieved" in log.getvalue()


CRASH = f"""
import os, threading, warnings
os.environ["DJANGO_SETTINGS_MODULE"] = "ncii.settings"
import django
django.setup()
def fail(*args):
    raise RuntimeError("{canaries.FREE_TEXT}")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
class Spoilt:
    __del__ = fail
Spoilt()
warnings.warn("late: {canaries.FREE_TEXT}")
fail()
"""


def test_what_nobody_catches_in_production(tmp_path: Path) -> None:
    ran = run(["-c", CRASH], production_environment(tmp_path))

    assert ran.returncode != 0
    assert not canaries.hits(ran.stdout + ran.stderr, *MARKS)
    events = {entry["event"] for entry in _lines(ran.stderr)}
    assert events >= {"thread_crashed", "unraisable", "crashed"}


def test_a_whole_case_leaves_no_number_and_no_pin() -> None:
    claim = SignalClaim("ImagePDQ", ImagePDQ.examples[0], "as-displayed", 100)
    _, key = make_key(Partner.objects.create(name="Kiosk"))
    with canaries.captured_log() as log:
        number = open_case(issue_token(), canaries.PIN, [FileInput("photo", (claim,))]).number
        publish()
        assert enter_case(number, "918273") is None
        case = enter_case(number, canaries.PIN)
        assert case is not None
        withdraw_case(case)
        publish()

    written = log.getvalue() + canaries.database_dump()
    assert not canaries.hits(written, number, normalise(number) or "", canaries.PIN, key)
    assert Case.objects.get().withdrawn_on


def test_the_search_finds_a_leak_in_the_log() -> None:
    with canaries.captured_log() as log:
        logging.getLogger("some.library").info(f"Agent {canaries.AGENT}")
        structlog.get_logger("ncii.test").info("opened", words=canaries.FREE_TEXT)

    assert set(canaries.hits(log.getvalue(), *MARKS)) == {canaries.AGENT, canaries.FREE_TEXT}


def test_the_search_finds_a_leak_in_the_database() -> None:
    Partner.objects.create(name=f"Kiosk of {canaries.EMAIL}")

    assert canaries.hits(canaries.database_dump(), *MARKS) == [canaries.EMAIL]
