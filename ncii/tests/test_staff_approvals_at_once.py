"""What takes two people, with several who answer, collect and take back at the same moment."""

from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth.models import Group, User

from cases.models import Case
from cases.numbers import issue_token
from cases.services import FileInput, open_case, withdraw_case
from hashes.models import Hash
from hashes.publisher import publish
from hashes.services import SignalClaim
from hashes.signal_types import VideoMD5
from ncii.staff.approvals import ActRefused, ask, collect, decide, take_back
from ncii.staff.models import Approval, ApprovalState, AuditEntry
from ncii.staff.roles import LEAD
from ncii.tests.at_once import at_once
from partners.models import ApiKey, Partner

pytestmark = pytest.mark.django_db(transaction=True)


def _lead(name: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=LEAD))
    return user


@pytest.fixture
def ada() -> User:
    return _lead("ada")


@pytest.fixture
def bob() -> User:
    return _lead("bob")


@pytest.fixture
def asked(ada: User) -> Approval:
    """A request for a key, which is made when it is collected."""
    partner = Partner.objects.create(name="Kiosk")
    payload = {
        "partner": partner.pk,
        "label": "",
        "scopes": ["feed"],
        "networks": [],
        "last_day": None,
        "sandbox": False,
    }
    return ask(ada, "key", subject="Kiosk: feed", payload=payload, reason="A new server.")


def _tried(work: Callable[[], object]) -> Callable[[], bool]:
    def run() -> bool:
        try:
            work()
        except ActRefused:
            return False
        return True

    return run


@pytest.mark.parametrize("same", [True, False])
def test_of_answers_that_come_at_once_one_counts(bob: User, asked: Approval, same: bool) -> None:
    others = [bob if same else _lead(f"lead{number}") for number in range(3)]

    done = at_once(*(_tried(partial(decide, asked, who, approve=True)) for who in (bob, *others)))

    assert done.count(True) == 1
    assert AuditEntry.objects.filter(act="approved").count() == 1


def test_an_act_that_the_approval_does_is_done_once(ada: User, bob: User) -> None:
    claim = SignalClaim("VideoMD5", VideoMD5.examples[0], "original")
    open_case(issue_token(), "728193", [FileInput("video", (claim,))])
    publish()
    withdraw_case(Case.objects.get())
    publish()
    place = {"first": 1, "last": Hash.objects.get().seq}
    asked = ask(ada, "purge", subject="a hash", payload=place, reason="A court asks.")
    others = [bob, _lead("cleo"), bob]

    done = at_once(*(_tried(partial(decide, asked, who, approve=True)) for who in others))

    assert done.count(True) == 1
    assert AuditEntry.objects.filter(act="done: purge").count() == 1
    assert not Hash.objects.exists()
    asked.refresh_from_db()
    assert (asked.state, asked.outcome) == (ApprovalState.DONE, "erased: 1")


def test_yes_no_and_taking_back_at_once_leave_one_of_them(
    ada: User, bob: User, asked: Approval
) -> None:
    cleo = _lead("cleo")

    done = at_once(
        _tried(lambda: decide(asked, bob, approve=True)),
        _tried(lambda: decide(asked, cleo, approve=False, answer="No.")),
        _tried(lambda: take_back(asked, ada)),
    )

    assert done.count(True) == 1
    answers = AuditEntry.objects.filter(act__in=["approved", "refused", "took back"])
    assert answers.count() == 1


def test_what_is_collected_in_two_tabs_at_once_is_handed_over_once(
    ada: User, bob: User, asked: Approval
) -> None:
    decide(asked, bob, approve=True)

    done = at_once(*[_tried(lambda: collect(asked, ada))] * 3)

    assert done.count(True) == 1
    assert ApiKey.objects.count() == 1
