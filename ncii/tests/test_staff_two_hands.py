"""Two accounts are not two people: what one person made or reset does not answer their requests."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db.models import F
from django.test import Client

from hashes.models import Hash
from ncii.staff.approvals import ActRefused, ask, decide
from ncii.staff.approvals.hands import KNOWN_AFTER
from ncii.staff.models import Approval
from ncii.staff.roles import LEAD
from ncii.tests.staff import sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-7"


def _lead(name: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=LEAD))
    return user


@pytest.fixture
def ada() -> User:
    return _lead("ada")


def _client(user: User) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def _make(client: Client, name: str) -> User:
    """Make a lead's account on the staff page."""
    form = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
    sent = client.post("/staff/auth/user/add/", {**form, "usable_password": "true"})
    assert "Enrolment code" in sent.content.decode()
    made = User.objects.get(username=name)
    made.groups.add(Group.objects.get(name=LEAD))
    return made


def _asked(who: User) -> Approval:
    Hash.objects.create(signal="VideoMD5", value="0" * 32, seq=1)
    return ask(who, "export", subject="the bank", payload={"signal": ""}, reason="A move.")


def _is_answered(asked: Approval, who: User) -> bool:
    try:
        decide(asked, who, approve=True)
    except ActRefused as refusal:
        assert "let you both in" in str(refusal)
        return False
    return True


def test_an_account_that_one_has_just_made_does_not_answer(ada: User) -> None:
    bob, puppet = _lead("bob"), _make(_client(ada), "puppet")
    asked = _asked(ada)

    assert not _is_answered(asked, puppet)
    assert _is_answered(asked, bob)


def test_nor_is_it_answered_by_who_made_it(ada: User) -> None:
    puppet = _make(_client(ada), "puppet")

    assert not _is_answered(_asked(puppet), ada)


def test_two_that_one_has_made_do_not_answer_each_other(ada: User) -> None:
    client = _client(ada)
    one, other = _make(client, "one"), _make(client, "other")

    assert not _is_answered(_asked(one), other)


def test_a_puppet_s_puppet_does_not_answer(ada: User) -> None:
    puppet = _make(_client(ada), "puppet")
    next_one = _make(_client(puppet), "next")

    assert not _is_answered(_asked(ada), next_one)


@pytest.mark.parametrize("how", ["password", "forget"])
def test_an_account_that_one_has_taken_over_does_not_answer(ada: User, how: str) -> None:
    bob = _lead("bob")
    sent = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}

    assert _client(ada).post(f"/staff/auth/user/{bob.pk}/{how}/", sent).status_code < 400

    assert not _is_answered(_asked(ada), bob)


def test_after_a_week_it_is_a_person_s_that_others_have_seen(ada: User) -> None:
    puppet = _make(_client(ada), "puppet")
    LogEntry.objects.update(action_time=F("action_time") - KNOWN_AFTER - timedelta(minutes=1))

    assert _is_answered(_asked(ada), puppet)


def test_a_change_that_opens_nothing_does_not_count(ada: User) -> None:
    bob = _lead("bob")
    role = Group.objects.get(name=LEAD).pk
    form = {"username": "bob", "is_active": "on", "groups": [role], "date_joined_0": "2026-01-01"}

    assert _client(ada).post(f"/staff/auth/user/{bob.pk}/change/", form).status_code == 302
    assert LogEntry.objects.filter(object_id=str(bob.pk)).exists()

    assert _is_answered(_asked(ada), bob)


def test_it_can_be_refused_by_anybody(ada: User) -> None:
    puppet = _make(_client(ada), "puppet")

    assert decide(_asked(ada), puppet, approve=False, answer="No.").state == "refused"
