"""Case number, PIN, e-mail, address, agent and key walk the real routes, whole and failing.

Each journey is walked twice: as it should go, and with the database failing at the moment when
everything personal is in hand.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core import mail
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client, override_settings

from cases.numbers import issue_token, normalise
from hashes.models import Hash
from hashes.publisher import publish
from hashes.signal_types import ImagePDQ
from ncii.tests import canaries
from ncii.tests.staff import sign_in
from partners.models import Partner
from partners.services import make_key

pytestmark = pytest.mark.django_db
FILES = [
    {
        "kind": "photo",
        "claims": [
            {
                "signal": "ImagePDQ",
                "value": ImagePDQ.examples[0],
                "quality": 100,
                "variant": "as-displayed",
            }
        ],
    }
]


@pytest.fixture
def visitor() -> Client:
    client = Client(
        REMOTE_ADDR=canaries.ADDRESS,
        HTTP_USER_AGENT=canaries.AGENT,
        HTTP_X_FORWARDED_FOR=canaries.ADDRESS,
    )
    client.raise_request_exception = False
    return client


@pytest.fixture
def key() -> str:
    return make_key(Partner.objects.create(name="Kiosk"))[1]


@contextmanager
def failing_on(word: str) -> Iterator[list[str]]:
    """Let statements with that word fail as PostgreSQL does: with the row in the message."""
    failed: list[str] = []

    def fail(execute: Callable[..., object], sql: str, params: object, many: bool, ctx: object):
        if word not in sql:
            return execute(sql, params, many, ctx)
        failed.append(sql)
        raise OperationalError(f"Failing row contains ({params}) {canaries.FREE_TEXT}")

    with connection.execute_wrapper(fail):
        yield failed


def _open(visitor: Client, token: str) -> str:
    form = {
        "token": token,
        "pin": canaries.PIN,
        "email": canaries.EMAIL,
        "files": json.dumps(FILES),
    }
    answer = visitor.post("/en/case/new", form)
    number: str = answer.json()["case_number"] if answer.status_code == 201 else ""
    return number


def _marks(number: str, *more: str) -> tuple[str, ...]:
    fixed = (canaries.EMAIL, canaries.ADDRESS, canaries.AGENT, canaries.PIN, canaries.FREE_TEXT)
    return (*fixed, number, normalise(number) or number, *more)


def test_a_persons_journey(visitor: Client) -> None:
    with canaries.captured_log() as log:
        number = _open(visitor, issue_token())
        publish()
        for pin in ("918273", canaries.PIN):
            visitor.post("/en/status", {"number": number, "pin": pin})
        shown = visitor.get("/en/status/case")
        opening = visitor.session["opening"]
        visitor.post("/en/status/withdraw", {"opening": opening, "answer": "yes"})
        publish()

    assert shown.status_code == 200
    assert number in mail.outbox[0].body
    written = log.getvalue() + canaries.database_dump()
    assert not canaries.hits(written, *_marks(number))
    assert not canaries.hits(shown.content.decode(), *_marks(number))


@pytest.mark.parametrize("word", ["cases_case", "hashes_hash", "hashes_change", "cases_fileclaim"])
def test_a_journey_that_the_database_breaks_off(visitor: Client, word: str) -> None:
    with canaries.captured_log() as log:
        number = _open(visitor, issue_token())
        with failing_on(word) as failed:
            assert not _open(visitor, issue_token())
            visitor.post("/en/status", {"number": number, "pin": canaries.PIN})

    assert failed
    assert "request_failed" in log.getvalue()
    assert not canaries.hits(log.getvalue(), *_marks(number))


@override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_PORT=1)
def test_a_mail_server_that_is_away(visitor: Client) -> None:
    with canaries.captured_log() as log:
        number = _open(visitor, issue_token())

    assert number
    assert "mail_not_sent" in log.getvalue()
    assert not canaries.hits(log.getvalue() + canaries.database_dump(), *_marks(number))


def test_a_partners_journey(visitor: Client, key: str) -> None:
    number = _open(visitor, issue_token())
    publish()
    bearer = {"authorization": f"Bearer {key}"}
    exchange = {"Ocp-Apim-Subscription-Key": key, "x-functions-key": key}
    with canaries.captured_log() as log:
        changes = visitor.get("/api/v1/hashes/changes", headers=bearer)
        fetched = visitor.get(
            "/v1/FetchHashes", {"startTimestamp": 0, "pageSize": 10}, headers=exchange
        )
        visitor.get("/api/v1/hashes/changes", {"after": canaries.FREE_TEXT}, headers=bearer)
        visitor.get("/api/v1/hashes/changes", headers={"authorization": f"Bearer {key}x"})
        visitor.post(
            "/api/v1/matches",
            {"reference": canaries.FREE_TEXT},
            content_type="application/json",
            headers=bearer,
        )

    assert changes.status_code == fetched.status_code == 200
    answers = changes.content.decode() + fetched.content.decode()
    assert ImagePDQ.examples[0] in answers
    assert not canaries.hits(answers, *_marks(number, key))
    written = log.getvalue() + canaries.database_dump()
    assert not canaries.hits(written, *_marks(number, key))
    assert not canaries.hits(log.getvalue(), ImagePDQ.examples[0])


def test_a_partners_journey_that_the_database_breaks_off(visitor: Client, key: str) -> None:
    bearer = {"authorization": f"Bearer {key}"}
    with canaries.captured_log() as log, failing_on("partners_feedposition") as failed:
        answer = visitor.get("/api/v1/hashes/changes", headers=bearer)

    assert failed
    assert answer.status_code == 503
    assert not canaries.hits(log.getvalue() + answer.content.decode(), *_marks("", key)[:5], key)


def test_a_staff_journey(visitor: Client, admin_user: object) -> None:
    number = _open(visitor, issue_token())
    publish()
    visitor.post("/staff/login/", {"username": canaries.FREE_TEXT, "password": canaries.PIN})
    with canaries.captured_log() as log:
        sign_in(visitor, admin_user)  # type: ignore[arg-type]
        visitor.get("/staff/hashes/hash/", {"q": ImagePDQ.examples[0]})
        visitor.get(f"/staff/hashes/hash/{Hash.objects.get().seq}/change/")
        with failing_on("hashes_hash"):
            visitor.get("/staff/hashes/hash/", {"q": ImagePDQ.examples[0]})

    assert "request_failed" in log.getvalue()
    written = log.getvalue() + canaries.database_dump()
    assert not canaries.hits(written, *_marks(number))
    assert not canaries.hits(log.getvalue(), ImagePDQ.examples[0])
