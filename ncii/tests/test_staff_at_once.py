"""Two tabs, two thieves, two presses: what opens once opens once, and one secret counts."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp

from ncii.staff.enrolment import make_code
from ncii.staff.models import AuditEntry, Authenticator, Passkey, RecoveryCode, RecoveryCodes
from ncii.tests.at_once import at_once
from ncii.tests.staff import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
ENROL, DOOR = "/staff/enrol/", "/staff/second-factor/"


@pytest.fixture
def ada() -> User:
    return User.objects.create_superuser("ada")


@pytest.fixture
def device(ada: User) -> Authenticator:
    made: Authenticator = Authenticator.objects.create(user=ada, name="app")
    return made


def _half_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def _another_tab(client: Client) -> Client:
    """Return one of the same browser, with the cookies that it has now."""
    tab = Client(raise_request_exception=False)
    tab.cookies.load({name: each.value for name, each in client.cookies.items()})
    return tab


def _code(device: Authenticator, steps: int = 0) -> str:
    return f"{totp(bytes.fromhex(device.key), drift=steps):06d}"


def _give_at_once(path: str, given: list[tuple[Client, str]]) -> list[Any]:
    return at_once(*(lambda c=c, t=t: c.post(path, {"code": t}) for c, t in given))


def _inside(clients: list[Client]) -> int:
    return sum(client.get("/staff/").status_code == 200 for client in clients)


@pytest.mark.parametrize("kind", ["app", "recovery"])
@pytest.mark.parametrize("tabs", [False, True])
def test_a_code_that_comes_several_times_at_once_opens_once(
    ada: User, device: Authenticator, kind: str, tabs: bool
) -> None:
    codes = RecoveryCodes.objects.create(user=ada, name="codes").make_codes()
    code = _code(device) if kind == "app" else codes[0]
    first = _half_in(ada)
    others = [_another_tab(first) if tabs else _half_in(ada) for _ in range(3)]

    _give_at_once(DOOR, [(each, code) for each in (first, *others)])

    assert _inside([first, *others]) == 1
    assert AuditEntry.objects.filter(act="came in").count() == 1
    # Another press in the same browser is no guess.
    assert AuditEntry.objects.filter(act="code refused").count() == (0 if tabs else 3)
    device.refresh_from_db()
    assert device.throttling_failure_count <= (0 if tabs else 1)
    assert RecoveryCode.objects.count() == (10 if kind == "app" else 9)


def test_two_recovery_codes_at_once_are_both_used_up(ada: User, device: Authenticator) -> None:
    codes = RecoveryCodes.objects.create(user=ada, name="codes").make_codes()
    one, other = _half_in(ada), _half_in(ada)

    _give_at_once(DOOR, [(one, codes[0]), (other, codes[1])])

    assert _inside([one, other]) == 2
    assert RecoveryCode.objects.count() == 8


def test_of_guesses_that_come_at_once_one_is_looked_at(ada: User, device: Authenticator) -> None:
    code, thieves = _code(device), [_half_in(ada) for _ in range(5)]
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    Authenticator.objects.update(
        throttling_failure_count=5, throttling_failure_timestamp=timezone.now() - timedelta(hours=1)
    )

    _give_at_once(DOOR, [(each, wrong) for each in thieves])

    device.refresh_from_db()
    assert device.throttling_failure_count == 6
    assert _inside(thieves) == 0


@pytest.mark.parametrize("steps", [0, 1])
def test_no_code_opens_again_after_a_failure(ada: User, device: Authenticator, steps: int) -> None:
    code = _code(device, steps)
    assert _half_in(ada).post(DOOR, {"code": code}).status_code == 302
    thief = _half_in(ada)
    thief.post(DOOR, {"code": f"{(int(code) + 1) % 10**6:06d}"})
    Authenticator.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(hours=2))

    thief.post(DOOR, {"code": code})

    assert _inside([thief]) == 0


def test_a_passkey_that_two_tabs_remove_at_once_is_removed_once(
    ada: User, device: Authenticator
) -> None:
    mine: Passkey = Passkey.objects.create(
        user=ada, name="key", credential_id="AAAA", public_key=b"x", made_on="2026-01-01"
    )
    tabs = [Client() for _ in range(3)]
    for tab in tabs:
        sign_in(tab, ada)

    at_once(*(partial(tab.post, "/staff/passkeys/", {"remove": mine.pk}) for tab in tabs))

    assert not Passkey.objects.exists()
    assert AuditEntry.objects.filter(act="passkey removed").count() == 1


# Enrolment.


def _shown(page: str) -> str:
    (key,) = re.findall(r"<code>([A-Z2-7 ]+)</code>", page)
    return str(key)


def test_a_phone_that_two_tabs_confirm_at_once_is_set_up_once(ada: User) -> None:
    first = _half_in(ada)
    first.post(ENROL, {"code": make_code(ada)})
    tab = _another_tab(first)
    pages = [each.get(ENROL).content.decode() for each in (first, tab)]
    assert _shown(pages[0]) == _shown(pages[1])
    device = Authenticator.objects.get()

    answers = _give_at_once(ENROL, [(first, _code(device)), (tab, _code(device))])

    assert [(each.pk, each.confirmed) for each in Authenticator.objects.all()] == [
        (device.pk, True)
    ]
    assert RecoveryCode.objects.count() == 10
    assert AuditEntry.objects.filter(act="second factor set up").count() == 1
    listed = [answer for answer in answers if b"<li><code>" in answer.content]
    assert len(listed) == 1
    assert _inside([first, tab]) == 1
    # No other key was shown to whoever came second.
    assert not any(b'class="qr"' in answer.content for answer in answers)


def test_of_two_phones_in_two_sessions_the_one_that_was_confirmed_counts(ada: User) -> None:
    code = make_code(ada)
    one, other = _half_in(ada), _half_in(ada)
    for each in (one, other):
        each.post(ENROL, {"code": code})
        each.get(ENROL)
    device = Authenticator.objects.get()
    one.post(ENROL, {"code": _code(device)})

    late = other.post(ENROL, {"code": _code(device, 1)})

    assert late["Location"].startswith(DOOR)
    assert Authenticator.objects.get() == device
    assert _inside([one, other]) == 1
