"""A session ends, or opens less, with the next request after what it stood on has changed."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from ncii.staff.models import Authenticator
from ncii.staff.roles import LEAD
from ncii.tests.staff import sign_in

pytestmark = pytest.mark.django_db
PASSWORD, NEXT = "correct-horse-7", "battery-staple-8"
HOME, AUDIT = "/staff/", "/staff/staff/auditentry/"


@pytest.fixture
def ada() -> User:
    user = User.objects.create_user("ada", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=LEAD))
    return user


def _change_own(admin: Client, ada: User) -> None:
    """Change the password in a session of her own."""
    client = Client()
    sign_in(client, ada)
    sent = {"old_password": PASSWORD, "new_password1": NEXT, "new_password2": NEXT}
    assert client.post("/staff/password_change/", sent).status_code == 302
    assert client.get(HOME).status_code == 200


def _change_anothers(admin: Client, ada: User) -> None:
    sent = {"password1": NEXT, "password2": NEXT, "usable_password": "true"}
    assert admin.post(f"/staff/auth/user/{ada.pk}/password/", sent).status_code == 302


def _let_go(admin: Client, ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(is_staff=False)


def _switch_off(admin: Client, ada: User) -> None:
    _change_account(admin, ada, {"groups": [Group.objects.get(name=LEAD).pk]})


def _take_roles(admin: Client, ada: User) -> None:
    _change_account(admin, ada, {"is_active": "on"})


def _change_account(admin: Client, ada: User, fields: dict[str, object]) -> None:
    path = f"/staff/auth/user/{ada.pk}/change/"
    assert admin.post(path, {"username": "ada", **fields}).status_code == 302


def _forget(admin: Client, ada: User) -> None:
    admin.post(f"/staff/auth/user/{ada.pk}/forget/")


ENDINGS: dict[str, Callable[[Client, User], None]] = {
    "her password is changed by herself": _change_own,
    "her password is changed by another": _change_anothers,
    "she is switched off": _switch_off,
    "her second factor is forgotten": _forget,
    "she is staff no more": _let_go,
}


@pytest.mark.parametrize("what", ENDINGS)
def test_the_next_request_is_refused(admin_client: Client, ada: User, what: str) -> None:
    client = Client()
    sign_in(client, ada)
    assert client.get(AUDIT).status_code == 200

    ENDINGS[what](admin_client, ada)

    for method in (client.post, client.get):
        answer = method(AUDIT)
        assert (answer.status_code, answer["Location"][:7]) == (302, "/staff/")
    sent = {"username": "eve", "password1": NEXT, "password2": NEXT, "usable_password": "true"}
    client.post("/staff/auth/user/add/", sent)
    assert not User.objects.filter(username="eve").exists()


@pytest.mark.parametrize("what", [each for each in ENDINGS if "factor" not in each])
def test_who_has_given_the_password_only_is_at_the_login_again(
    admin_client: Client, ada: User, what: str
) -> None:
    client = Client()
    client.force_login(ada)
    Authenticator.objects.create(user=ada, name="app")
    assert client.get("/staff/second-factor/").status_code == 200

    ENDINGS[what](admin_client, ada)

    assert client.get("/staff/second-factor/")["Location"] == "/staff/login/"


def test_without_a_role_no_page_of_it_opens(admin_client: Client, ada: User) -> None:
    client = Client()
    sign_in(client, ada)

    _take_roles(admin_client, ada)

    assert client.get(AUDIT).status_code == 403
    assert client.get("/staff/figures/").status_code == 403
    assert client.post("/staff/auth/user/add/", {"username": "eve"}).status_code == 403
    assert client.get(HOME).status_code == 200
