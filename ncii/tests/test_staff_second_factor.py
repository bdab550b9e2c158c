"""Nobody passes with a password alone; a phone that is lost does not lock its owner out."""

import re
from base64 import b32decode
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import Group, User
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp

from ncii.staff.doors import FRESH
from ncii.staff.enrolment import make_code
from ncii.staff.models import (
    AuditEntry,
    Authenticator,
    EnrolmentCode,
    RecoveryCode,
    RecoveryCodes,
)
from ncii.staff.roles import LEAD, REVIEWER
from ncii.staff.second_factor import forget, pending
from ncii.tests.canaries import captured_log, database_dump
from ncii.tests.routes import all_routes
from ncii.tests.staff import sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-7"
ENROL, DOOR = "/staff/enrol/", "/staff/second-factor/"


@pytest.fixture
def ada() -> User:
    user = User.objects.create_user("ada", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=REVIEWER))
    return user


def _log_in(client: Client, username: str = "ada") -> HttpResponse:
    """Give the password; return the page one lands on."""
    form = {"username": username, "password": PASSWORD, "next": "/staff/hashes/hash/"}
    return client.post("/staff/login/", form, follow=True)  # type: ignore[return-value]


def _code(device: Authenticator, steps: int = 0) -> str:
    return f"{totp(bytes.fromhex(device.key), drift=steps):06d}"


def _may_enrol(client: Client, user: User) -> None:
    client.post(ENROL, {"code": make_code(user).upper().replace("-", " ")})


def _enrol(client: Client) -> tuple[Authenticator, list[str]]:
    _log_in(client)
    _may_enrol(client, User.objects.get(username="ada"))
    client.get(ENROL)
    device = Authenticator.objects.get(user__username="ada")
    page = client.post(ENROL, {"code": _code(device)}).content.decode()
    return device, re.findall(r"<li><code>([a-z0-9-]{14})</code></li>", page)


def _again(device: Authenticator) -> None:
    """Let time pass: the code used at enrolment is not the one asked for now."""
    Authenticator.objects.filter(pk=device.pk).update(last_t=-1)


def _path(client: Client, path: str) -> int:
    return client.get(path).status_code


def test_the_first_login_asks_for_the_code_and_leads_to_enrolment(
    client: Client, ada: User
) -> None:
    page = _log_in(client).content.decode()
    assert "Your enrolment code" in page
    assert 'class="qr"' not in page
    _may_enrol(client, ada)
    page = client.get(ENROL).content.decode()

    assert "Set up your authenticator" in page
    assert 'class="qr"' in page


def test_whoever_has_the_first_password_can_not_enrol(client: Client, ada: User) -> None:
    _log_in(client)
    make_code(ada)
    bobs = make_code(User.objects.create_user("bob", is_staff=True))

    for guess in ("", "123456", "aaaa-aaaa-aaaa", bobs):
        page = client.post(ENROL, {"code": guess}, follow=True).content.decode()
        assert "Your enrolment code" in page
    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.filter(who="ada", act="enrolment code refused").count() == 3


def test_an_enrolment_code_that_was_replaced_or_is_old_opens_nothing(
    client: Client, ada: User
) -> None:
    _log_in(client)
    first = make_code(ada)
    second = make_code(ada)
    client.post(ENROL, {"code": first})
    assert "Your enrolment code" in client.get(ENROL).content.decode()
    EnrolmentCode.objects.update(expires_at=timezone.now())
    client.post(ENROL, {"code": second})

    assert "Your enrolment code" in client.get(ENROL).content.decode()


def test_an_enrolment_code_is_good_for_one_phone(client: Client, ada: User) -> None:
    _log_in(client)
    code = make_code(ada)
    client.post(ENROL, {"code": code})
    other = Client()
    _log_in(other)
    other.post(ENROL, {"code": code})
    device = pending(ada)
    client.post(ENROL, {"code": _code(device)})
    forget(ada)
    _again(device)

    assert not EnrolmentCode.objects.exists()
    assert "Your enrolment code" in other.get(ENROL).content.decode()


@pytest.mark.parametrize("path", ["add/", "{}/forget/"])
def test_who_makes_or_resets_an_account_is_shown_its_code(
    admin_client: Client, client: Client, ada: User, path: str
) -> None:
    fields = {"username": "bob", "password1": PASSWORD, "password2": PASSWORD}
    fields["usable_password"] = "true"
    page = admin_client.post(f"/staff/auth/user/{path.format(ada.pk)}", fields).content.decode()
    (code,) = re.findall(r'<code id="secret">([a-z0-9-]{14})</code>', page)
    name = "bob" if path == "add/" else "ada"
    _log_in(client, name)
    client.post(ENROL, {"code": code})

    assert "Set up your authenticator" in client.get(ENROL).content.decode()


def test_a_password_alone_opens_no_page(client: Client, admin_user: User) -> None:
    client.force_login(admin_user)
    doors = ("/staff/login/", "/staff/logout/", "/staff/leave/", ENROL, DOOR)
    inside = [r.path for r in all_routes() if r.path.startswith("/staff/") and r.path not in doors]

    assert len(inside) > 50
    for path in inside:
        for method in (client.get, client.post):
            answer = method(path)
            assert answer.status_code in (302, 404), path
            if answer.status_code == 302:
                assert answer["Location"].startswith(("/staff/login/", DOOR)), path


def test_the_qr_code_s_key_makes_the_codes_that_open(client: Client, ada: User) -> None:
    _log_in(client)
    _may_enrol(client, ada)
    page = client.get(ENROL).content.decode()
    (typed,) = re.findall(r"<code>([A-Z2-7 ]+)</code>", page)

    code = f"{totp(b32decode(typed.replace(' ', ''))):06d}"
    client.post(ENROL, {"code": f"{code[:3]} {code[3:]}"})

    assert _path(client, "/staff/hashes/hash/") == 200


@pytest.mark.parametrize("code", ["", "000000", "12345", "abcdef", "9" * 40, "٣٤٥٦٧٨"])
def test_a_wrong_code_enrols_nobody(client: Client, ada: User, code: str) -> None:
    _log_in(client)
    _may_enrol(client, ada)

    answer = client.post(ENROL, {"code": code})

    assert answer.status_code == 200
    assert not Authenticator.objects.filter(confirmed=True).exists()
    assert _path(client, "/staff/") == 302


def test_the_next_login_asks_for_a_code_and_goes_on_to_the_page(client: Client, ada: User) -> None:
    device, _ = _enrol(client)
    client.logout()
    _again(device)

    page = _log_in(client)
    assert "Your code" in page.content.decode()
    assert "Set up" not in page.content.decode()
    answer = client.post(DOOR, {"code": _code(device), "next": "/staff/hashes/hash/"})

    assert answer["Location"] == "/staff/hashes/hash/"
    assert _path(client, "/staff/hashes/hash/") == 200


def test_no_code_opens_twice(client: Client, ada: User) -> None:
    device, _ = _enrol(client)
    code = _code(device)
    client.logout()
    _log_in(client)

    client.post(DOOR, {"code": code})

    assert _path(client, "/staff/") == 302


def test_failures_slow_down(client: Client, ada: User) -> None:
    device, _ = _enrol(client)
    client.logout()
    _again(device)
    _log_in(client)

    for _ in range(3):
        client.post(DOOR, {"code": "000000"})
    client.post(DOOR, {"code": _code(device)})

    assert _path(client, "/staff/") == 302


@pytest.mark.parametrize("kind", [Authenticator, RecoveryCodes])
def test_a_thief_of_the_password_does_not_keep_the_owner_out_for_days(
    client: Client, ada: User, kind: type[Authenticator | RecoveryCodes]
) -> None:
    device, codes = _enrol(client)
    client.logout()
    _again(device)
    an_hour_ago = timezone.now() - timedelta(minutes=75)
    guessed = kind.objects.get(user=ada)
    for _ in range(40):
        kind.objects.update(throttling_failure_timestamp=an_hour_ago)
        guessed.refresh_from_db()
        guessed.verify_token("000000")
    kind.objects.update(throttling_failure_timestamp=an_hour_ago)

    _log_in(client)
    client.post(DOOR, {"code": _code(device) if kind is Authenticator else codes[0]})

    assert _path(client, "/staff/") == 200


def test_another_persons_code_does_not_open(client: Client, ada: User) -> None:
    bob = User.objects.create_user("bob", password=PASSWORD, is_staff=True)
    foreign = Authenticator.objects.create(user=bob, name="app")
    _enrol(client)
    client.logout()
    _log_in(client)

    client.post(DOOR, {"code": _code(foreign)})

    assert _path(client, "/staff/") == 302


def test_a_recovery_code_opens_once(client: Client, ada: User) -> None:
    _, codes = _enrol(client)
    assert len(set(codes)) == 10

    for expected in (200, 302):
        client.logout()
        _log_in(client)
        client.post(DOOR, {"code": codes[3].upper().replace("-", " ")})
        assert _path(client, "/staff/") == expected

    assert RecoveryCode.objects.count() == 9


def test_neither_key_nor_recovery_code_is_to_be_read_in_the_database(
    client: Client, ada: User
) -> None:
    with captured_log() as log:
        device, codes = _enrol(client)

    written = database_dump() + log.getvalue()
    for secret in (device.key, device.typed_key.replace(" ", ""), *codes):
        assert secret.lower() not in written.lower()


def test_whoever_has_the_password_can_not_replace_the_authenticator(
    client: Client, ada: User
) -> None:
    device, _ = _enrol(client)
    thief = Client()
    _log_in(thief)

    answer = thief.get(ENROL)

    assert answer["Location"].startswith(DOOR)
    assert list(Authenticator.objects.all()) == [device]


def test_a_session_of_before_a_new_authenticator_ends(client: Client, ada: User) -> None:
    other = Client()
    sign_in(other, ada)
    assert _path(other, "/staff/") == 200
    Authenticator.objects.filter(user=ada).delete()

    assert _path(other, "/staff/") == 302


@pytest.mark.parametrize("opened_by", ["code", "recovery code"])
def test_a_new_authenticator_ends_the_sessions_of_the_old_one(
    client: Client, ada: User, opened_by: str
) -> None:
    device, codes = _enrol(client)
    _again(device)
    other = Client()
    _log_in(other)
    other.post(DOOR, {"code": codes[0] if opened_by == "recovery code" else _code(device)})
    assert _path(other, "/staff/") == 200

    client.get(ENROL)
    client.post(ENROL, {"code": _code(Authenticator.objects.get(user=ada, confirmed=False))})

    assert _path(other, "/staff/") == 302
    assert _path(client, "/staff/") == 200


def test_the_password_once_more_does_not_lengthen_a_session(client: Client, ada: User) -> None:
    _enrol(client)
    assert _path(client, "/staff/") == 200

    _log_in(client)

    assert _path(client, "/staff/") == 302


def test_a_key_that_was_shown_and_not_used_is_not_shown_again_later(
    client: Client, ada: User
) -> None:
    _log_in(client)
    _may_enrol(client, ada)
    seen = pending(ada).key
    assert pending(ada).key == seen

    Authenticator.objects.update(created_at=timezone.now() - timedelta(hours=2))

    assert pending(ada).key != seen
    assert Authenticator.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_show_one_key() -> None:
    ada = User.objects.create_user("ada", is_staff=True)
    barrier, keys = Barrier(4), []

    def look() -> None:
        barrier.wait()
        try:
            keys.append(pending(ada).key)
        finally:
            connections.close_all()

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 4
    assert len(set(keys)) == 1


def test_an_account_that_is_switched_off_is_out_at_once(client: Client, ada: User) -> None:
    sign_in(client, ada)
    User.objects.update(is_active=False)

    assert _path(client, "/staff/") == 302


@pytest.mark.parametrize("path", ["/staff/staff/approval/ask/key/", "/staff/auth/user/add/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_can_do_harm_asks_again(
    admin_client: Client, admin_user: User, path: str, method: str
) -> None:
    session = admin_client.session
    session["staff_verified_at"] -= (FRESH + timedelta(seconds=1)).total_seconds()
    session.save()

    answer = getattr(admin_client, method)(path)
    assert answer["Location"].startswith(DOOR)
    device = Authenticator.objects.get(user=admin_user)
    answer = admin_client.post(answer["Location"], {"code": _code(device)})

    assert answer["Location"] == path
    assert _path(admin_client, path) == 200


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/en/", "x"])
def test_the_door_leads_nowhere_else(client: Client, ada: User, wanted: str) -> None:
    device, _ = _enrol(client)
    client.logout()
    _again(device)
    _log_in(client)

    answer = client.post(DOOR, {"code": _code(device), "next": wanted})

    assert answer["Location"] == "/staff/"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", ""])
def test_a_login_leads_to_no_other_site(client: Client, ada: User, wanted: str) -> None:
    form = {"username": "ada", "password": PASSWORD, "next": wanted}

    assert client.post("/staff/login/", form)["Location"] == "/staff/"


def test_one_can_turn_back_at_the_door(client: Client, ada: User) -> None:
    _log_in(client)

    client.get("/staff/leave/")
    assert "_auth_user_id" in client.session
    client.post("/staff/leave/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("role", "forgets"), [(LEAD, True), (REVIEWER, False)])
def test_a_lead_lets_somebody_enrol_anew(
    client: Client, ada: User, role: str, forgets: bool
) -> None:
    Authenticator.objects.create(user=ada, name="app")
    boss = User.objects.create_user("boss", is_staff=True)
    boss.groups.add(Group.objects.get(name=role))
    sign_in(client, boss)

    client.post(f"/staff/auth/user/{ada.pk}/forget/")

    assert Authenticator.objects.filter(user=ada).exists() is not forgets


def test_a_lead_can_not_take_a_superusers_second_factor(client: Client, admin_user: User) -> None:
    Authenticator.objects.create(user=admin_user, name="app")
    boss = User.objects.create_user("boss", is_staff=True)
    boss.groups.add(Group.objects.get(name=LEAD))
    sign_in(client, boss)

    assert client.post(f"/staff/auth/user/{admin_user.pk}/forget/").status_code == 403
    assert Authenticator.objects.filter(user=admin_user).exists()
