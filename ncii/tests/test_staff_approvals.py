"""What takes two people: one asks, another answers, then it happens once, whoever tries what."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from cases.export import held_on
from cases.models import Case
from cases.numbers import issue_token
from cases.selectors import case_status
from cases.services import FileInput, open_case, withdraw_case
from hashes.models import Claim, FeedHead, Hash
from hashes.publisher import publish
from hashes.services import SignalClaim
from hashes.signal_types import ImagePDQ, VideoMD5
from ncii.staff.approvals import ActRefused, ask, collect, decide, take_back
from ncii.staff.approvals.acts import ACTS
from ncii.staff.doors import FRESH
from ncii.staff.models import Approval, ApprovalState, AuditEntry
from ncii.staff.protection import protect_tables
from ncii.staff.roles import AUDITOR, LEAD, PARTNER_MANAGER, REVIEWER, ROLES
from ncii.tests.staff import sign_in

pytestmark = pytest.mark.django_db

ROOM = "/staff/staff/approval/"
# Who asks, and who answers: the first letter of each role.
MATRIX = {
    "purge": ("L", "L"),
    "export": ("L", "L"),
    "key": ("PL", "PL"),
    "harmless": ("RL", "L"),
}


def _member(name: str, role: str = LEAD) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def ada() -> User:
    return _member("ada")


@pytest.fixture
def bob() -> User:
    return _member("bob")


def _client(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


@pytest.fixture
def withdrawn() -> Hash:
    """A hash that was withdrawn, with its case, and published as such."""
    claim = SignalClaim("VideoMD5", VideoMD5.examples[0], "original")
    open_case(issue_token(), "728193", [FileInput("video", (claim,))])
    publish()
    withdraw_case(Case.objects.get())
    publish()
    return Hash.objects.get()


@pytest.fixture
def active() -> Hash:
    claim = SignalClaim("ImagePDQ", ImagePDQ.examples[0], "as-displayed", 100)
    open_case(issue_token(), "728193", [FileInput("photo", (claim,))])
    publish()
    return Hash.objects.get(signal="ImagePDQ")


def _ask_purge(who: User, held: Hash) -> Approval:
    place = {"first": held.seq, "last": held.seq}
    return ask(who, "purge", subject="a hash", payload=place, reason="A court asks.")


def _ask_export(who: User) -> Approval:
    return ask(who, "export", subject="the bank", payload={"signal": ""}, reason="A move.")


def test_asking_alone_does_nothing(ada: User, withdrawn: Hash) -> None:
    approval = _ask_purge(ada, withdrawn)

    assert approval.state == ApprovalState.PENDING
    assert Hash.objects.filter(pk=withdrawn.pk).exists()


def test_who_asked_can_not_answer(ada: User, withdrawn: Hash) -> None:
    approval = _ask_purge(ada, withdrawn)

    with pytest.raises(ActRefused):
        decide(approval, ada, approve=True)

    assert Hash.objects.filter(pk=withdrawn.pk).exists()


def test_the_second_person_s_approval_does_it(ada: User, bob: User, withdrawn: Hash) -> None:
    before = FeedHead.objects.get()
    approval = decide(_ask_purge(ada, withdrawn), bob, approve=True)

    assert (approval.state, approval.outcome) == (ApprovalState.DONE, "erased: 1")
    assert not Hash.objects.exists()
    assert not Claim.objects.exists()
    floor = FeedHead.objects.get().floor
    assert floor == withdrawn.seq
    assert floor > before.floor
    acts = list(AuditEntry.objects.order_by("number").values_list("who", "act"))
    assert acts[-3:] == [("ada", "asked"), ("bob", "approved"), ("bob", "done: purge")]


def test_the_withdrawn_case_of_an_erased_hash_can_still_be_looked_at(
    ada: User, bob: User, withdrawn: Hash
) -> None:
    decide(_ask_purge(ada, withdrawn), bob, approve=True)

    status = case_status(Case.objects.get())

    assert status.withdrawn_on is not None
    assert len(status.files) == 1
    assert held_on(Case.objects.get())["files"][0]["hashes"] == []


def test_a_refusal_says_why_and_does_nothing(ada: User, bob: User, withdrawn: Hash) -> None:
    approval = _ask_purge(ada, withdrawn)

    with pytest.raises(ActRefused):
        decide(approval, bob, approve=False)
    refused = decide(approval, bob, approve=False, answer="The court withdrew it.")

    assert refused.state == ApprovalState.REFUSED
    with pytest.raises(ActRefused):
        decide(approval, bob, approve=True)
    assert Hash.objects.filter(pk=withdrawn.pk).exists()


def test_an_act_that_can_not_be_done_leaves_the_request_open(
    ada: User, bob: User, active: Hash
) -> None:
    approval = _ask_purge(ada, active)

    with pytest.raises(ActRefused):
        decide(approval, bob, approve=True)

    approval.refresh_from_db()
    assert approval.state == ApprovalState.PENDING
    assert Hash.objects.filter(pk=active.pk).exists()
    assert not AuditEntry.objects.filter(act="approved").exists()


def test_what_was_withdrawn_but_not_published_so_is_not_erased(
    ada: User, bob: User, active: Hash
) -> None:
    withdraw_case(Case.objects.get())

    with pytest.raises(ActRefused):
        decide(_ask_purge(ada, active), bob, approve=True)

    assert Hash.objects.filter(pk=active.pk).exists()


def test_nobody_answers_after_three_days(ada: User, bob: User, withdrawn: Hash, clock) -> None:
    approval = _ask_purge(ada, withdrawn)
    clock(timedelta(days=3, minutes=1))

    with pytest.raises(ActRefused):
        decide(approval, bob, approve=True)

    assert Hash.objects.filter(pk=withdrawn.pk).exists()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let time pass for the services."""
    real = timezone.now

    def later(by: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + by)

    return later


def test_the_bank_is_exported_once_to_who_asked(ada: User, bob: User, active: Hash) -> None:
    approval = decide(_ask_export(ada), bob, approve=True)
    path = f"{ROOM}{approval.pk}/collect/"

    with pytest.raises(PermissionDenied):
        collect(approval, bob)
    client = _client(ada)
    answer = client.post(path)
    lines = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]  # type: ignore[attr-defined]
    again = client.post(path)

    assert lines == [{"signal": "ImagePDQ", "value": active.value, "confidence": "unverified"}]
    assert again.status_code == 302
    approval.refresh_from_db()
    assert (approval.state, approval.outcome) == (ApprovalState.DONE, "hashes: 1")


def test_what_nobody_collects_in_a_day_is_over(ada: User, bob: User, active: Hash, clock) -> None:
    approval = decide(_ask_export(ada), bob, approve=True)
    clock(timedelta(days=1, minutes=1))

    with pytest.raises(ActRefused):
        collect(approval, ada)


def test_only_who_asked_takes_back(ada: User, bob: User, withdrawn: Hash) -> None:
    approval = _ask_purge(ada, withdrawn)

    with pytest.raises(PermissionDenied):
        take_back(approval, bob)
    take_back(approval, ada)

    with pytest.raises(ActRefused):
        decide(approval, bob, approve=True)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("act", MATRIX)
def test_who_asks_and_who_answers_what(role: str, act: str) -> None:
    user = User.objects.get(pk=_member("eve", role).pk)
    asks, decides = MATRIX[act]

    assert user.has_perm(f"staff.ask_{act}") == (role[0] in asks)
    assert user.has_perm(f"staff.decide_{act}") == (role[0] in decides)


def test_every_act_stands_in_the_matrix() -> None:
    assert set(ACTS) <= set(MATRIX)


@pytest.mark.parametrize("role", [REVIEWER, PARTNER_MANAGER, AUDITOR])
def test_a_role_without_the_act_gets_nowhere(role: str, ada: User, withdrawn: Hash) -> None:
    eve = _member("eve", role)
    approval = _ask_purge(ada, withdrawn)

    with pytest.raises(PermissionDenied):
        _ask_purge(eve, withdrawn)
    with pytest.raises(PermissionDenied):
        decide(approval, eve, approve=True)
    client = _client(eve)
    assert client.get(f"{ROOM}ask/purge/").status_code == 403
    assert client.post(f"{ROOM}{approval.pk}/decide/", {"approve": "1"}).status_code == 403
    assert Hash.objects.filter(pk=withdrawn.pk).exists()


def test_one_asks_and_another_approves_on_the_pages(ada: User, bob: User, withdrawn: Hash) -> None:
    first, second = _client(ada), _client(bob)
    form = {"first": withdrawn.seq, "reason": "A court asks."}

    page = first.post(f"{ROOM}ask/purge/", form, follow=True)
    path = page.redirect_chain[-1][0].replace("change/", "decide/")
    own = page.content.decode()
    shown = second.get(path, follow=True).content.decode()
    first.post(path, {"approve": "1"})
    assert Hash.objects.exists()
    second.post(path, {"approve": "1"})

    assert "Take it back" in own
    assert "Approve" not in re.sub(r"Approved", "", own)
    assert ">Approve<" in shown
    assert not Hash.objects.exists()


@pytest.mark.parametrize("what", ["ask/purge/", "{}/decide/", "{}/collect/", "{}/back/"])
def test_both_give_a_code_again(ada: User, bob: User, withdrawn: Hash, what: str) -> None:
    approval = _ask_purge(ada, withdrawn)
    client = _client(bob)
    session = client.session
    session["staff_verified_at"] -= (FRESH + timedelta(seconds=1)).total_seconds()
    session.save()

    answer = client.post(ROOM + what.format(approval.pk), {"approve": "1", "first": 1})

    assert answer["Location"].startswith("/staff/second-factor/")
    assert Hash.objects.exists()


def test_a_request_holds_no_hash(ada: User, withdrawn: Hash) -> None:
    _client(ada).post(f"{ROOM}ask/purge/", {"first": withdrawn.seq, "reason": "A court."})

    row = json.dumps(Approval.objects.values().get(), default=str)
    assert withdrawn.value[:8] not in row


# What the database refuses, whoever writes to it.


def _write(approval: Approval, **fields: object) -> None:
    with transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(**fields)


def test_the_database_wants_two_people(ada: User, withdrawn: Hash) -> None:
    approval = _ask_purge(ada, withdrawn)
    now = timezone.now()

    with pytest.raises(IntegrityError):
        _write(approval, state="approved", decided_by=ada, decided_at=now)
    with pytest.raises(IntegrityError):
        _write(approval, state="approved")


def test_the_database_lets_nothing_be_done_that_was_not_approved(
    ada: User, bob: User, withdrawn: Hash
) -> None:
    approval = _ask_purge(ada, withdrawn)
    now = timezone.now()
    done = {"state": "done", "decided_by": bob, "decided_at": now, "done_at": now}

    with pytest.raises(DatabaseError):
        _write(approval, **done, collect_until=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Approval.objects.create(
            act="purge",
            subject="x",
            reason="x",
            requested_by=ada,
            requested_at=now,
            expires_at=now,
            state="approved",
            decided_by=bob,
            decided_at=now,
        )


def test_the_database_keeps_what_was_asked(ada: User, bob: User, withdrawn: Hash) -> None:
    approval = _ask_purge(ada, withdrawn)

    for field, value in {
        "act": "export",
        "payload": {"first": 1, "last": 9},
        "requested_by": bob,
        "expires_at": timezone.now() + timedelta(days=99),
    }.items():
        with pytest.raises(DatabaseError):
            _write(approval, **{field: value})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM staff_approval")


def test_the_database_lets_nothing_go_backwards(ada: User, bob: User, active: Hash) -> None:
    refused = decide(_ask_export(ada), bob, approve=False, answer="No.")
    approved = decide(_ask_export(ada), bob, approve=True)
    collect(approved, ada)

    for approval, state in ((refused, "approved"), (refused, "pending"), (approved, "approved")):
        with pytest.raises(DatabaseError):
            _write(approval, state=state)


def test_the_triggers_are_made_once_more_without_harm(ada: User, withdrawn: Hash) -> None:
    protect_tables()

    with pytest.raises(DatabaseError):
        _write(_ask_purge(ada, withdrawn), subject="another")


def _fall(user: User, what: str) -> None:
    if what == "role":
        user.groups.set([Group.objects.get(name=AUDITOR)])
    else:
        User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("what", ["role", "account"])
def test_what_somebody_asked_who_may_no_longer_ask_is_not_done(
    ada: User, bob: User, withdrawn: Hash, what: str
) -> None:
    approval = _ask_purge(ada, withdrawn)
    _fall(ada, what)

    with pytest.raises(ActRefused, match="no longer"):
        decide(approval, bob, approve=True)
    assert Hash.objects.filter(pk=withdrawn.pk).exists()
    assert decide(approval, bob, approve=False, answer="She has left.").state == "refused"


@pytest.mark.parametrize("what", ["role", "account"])
def test_what_somebody_approved_who_may_no_longer_answer_is_not_handed_over(
    ada: User, bob: User, active: Hash, what: str
) -> None:
    approval = decide(_ask_export(ada), bob, approve=True)
    _fall(bob, what)

    with pytest.raises(ActRefused, match="no longer"):
        collect(approval, ada)
    approval.refresh_from_db()
    assert approval.state == ApprovalState.APPROVED


@pytest.mark.parametrize("what", ["role", "account"])
def test_who_loses_the_right_while_the_page_is_open_answers_nothing(
    ada: User, bob: User, withdrawn: Hash, what: str
) -> None:
    approval, client = _ask_purge(ada, withdrawn), _client(bob)
    assert ">Approve<" in client.get(f"{ROOM}{approval.pk}/change/").content.decode()
    _fall(bob, what)

    client.post(f"{ROOM}{approval.pk}/decide/", {"approve": "1"})

    approval.refresh_from_db()
    assert approval.state == ApprovalState.PENDING
    assert Hash.objects.exists()


def test_who_asked_does_not_answer_in_a_second_session(ada: User, withdrawn: Hash) -> None:
    approval = _ask_purge(ada, withdrawn)
    sessions = [_client(ada), _client(ada)]

    for client in sessions:
        client.post(f"{ROOM}{approval.pk}/decide/", {"approve": "1"})

    approval.refresh_from_db()
    assert approval.state == ApprovalState.PENDING


def test_what_is_sent_with_the_answer_changes_nothing_of_what_was_asked(
    ada: User, bob: User, withdrawn: Hash
) -> None:
    approval = _ask_purge(ada, withdrawn)
    sent = {"approve": "1", "first": "1", "last": "9999", "payload": "{}", "act": "export"}

    _client(bob).post(f"{ROOM}{approval.pk}/decide/", sent)

    asked = (approval.act, approval.payload)
    approval.refresh_from_db()
    assert (approval.act, approval.payload) == asked
    assert approval.state == ApprovalState.DONE
