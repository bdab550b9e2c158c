"""A short run of `make fuzz` at the server: no server error, no half-written row."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone

from cases.models import Case, CaseFile, FileClaim
from cases.numbers import issue_token
from cases.services import open_case
from cases.tests.test_intake import PIN, photo
from hashes.models import FeedHead, Hash
from hashes.publisher import publish
from matching.models import MatchReport
from ncii.ledger.models import Entry
from ncii.lib.days import today
from ncii.tests.fuzz.invariants import RULES, broken
from ncii.tests.fuzz.run import PATIENT, fuzz
from ncii.tests.limited import LimitedStack
from ncii.tests.stack import Stack
from partners.models import ApiKey, FeedbackEntry, IdempotentAnswer
from partners.tests.api_helpers import Platform

CALLS = 600


@pytest.fixture(scope="module")
def patient() -> Iterator[Stack]:
    """A product that does not tire of requests."""
    with LimitedStack(PATIENT) as running:
        yield running


@pytest.mark.e2e
def test_made_up_requests_break_nothing(patient: Stack) -> None:
    report = fuzz(patient, CALLS, seconds=300, processes=2, steps=1)
    assert report.wrong == []
    assert report.total > CALLS * 0.9, report
    assert {"200", "201", "400"} <= {line.rpartition(" ")[2] for line in report.seen}


def _answer(status: int | None) -> None:
    key = ApiKey.objects.get()
    IdempotentAnswer.objects.create(
        key=key,
        idempotency_key=f"planted {status}",
        route="matches",
        status=status,
        body='{"id":1}',
    )


# What half-writes a row, by the rule that finds it. Audit and keys have tests of their own.
PLANTS: dict[str, Callable[[], object]] = {
    "each claim is": lambda: FileClaim.objects.all().delete(),
    "a hash is active": lambda: Hash.objects.update(state="Withdrawn"),
    "a hash is suspended": lambda: Hash.objects.update(suspended=True),
    "every change has a place": lambda: FeedHead.objects.update(seq=9),
    "what partners see": lambda: Hash.objects.update(seq=999),
    "each case has files": lambda: CaseFile.objects.update(position=7),
    "a case is withdrawn": lambda: Case.objects.update(withdrawn_on=today()),
    "a request with an Idempotency-Key": lambda: _answer(None),
    "each report of a match": lambda: _answer(201),
    "a partner's word": lambda: FeedbackEntry.objects.all().delete(),
    "no deletion waits": lambda: Entry.objects.create(kind="x", ref="y", on=today()),
}


@pytest.mark.django_db
@pytest.mark.parametrize("rule", [None, *PLANTS])
def test_what_is_half_written_is_found(rule: str | None) -> None:
    opened, platform = open_case(issue_token(), PIN, [photo()]), Platform()
    publish()
    body = {
        "id": platform.name_of(Hash.objects.get().value),
        "distance": 0,
        "matched_at": timezone.now().isoformat(),
        "action": "blocked",
    }
    assert platform.post("/api/v1/matches", body, Idempotency_Key="a").status_code == 201
    publish()
    assert MatchReport.objects.count() == Case.objects.filter(pk=opened.case.pk).count() == 1
    assert list(broken()) == []
    if rule:
        PLANTS[rule]()
        assert any(said.startswith(rule) for said in broken())


def test_each_rule_has_a_plant() -> None:
    unplanted = [said for said in RULES if not said.startswith(tuple(PLANTS))]
    assert [said[:11] for said in unplanted] == ["the audit's", "no key of a"]
