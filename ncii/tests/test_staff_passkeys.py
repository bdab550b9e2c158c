"""A passkey made in a real browser opens the door; nothing else that looks like one does."""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from threading import Barrier, Thread

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import User
from django.db import connections, transaction
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from webauthn.helpers import bytes_to_base64url

from matching.tests.crossing import Side, on_postgresql, until_waiting
from ncii.staff.models import Passkey
from ncii.staff.passkeys import Site, finish_adding
from ncii.staff.second_factor import forget
from ncii.tests.stack import Stack
from ncii.tests.staff import sign_in
from ncii.tests.staff_browser import enrol, faults, give_password

PAGE, DOOR = "/staff/passkeys/", "/staff/second-factor/"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def ada(client: Client, db: None) -> User:
    user = User.objects.create_superuser("ada")
    sign_in(client, user)
    return user


def _foreign(user: User) -> Passkey:
    passkey: Passkey = Passkey.objects.create(
        user=user, name="key", credential_id="AAAA", public_key=b"x", made_on="2026-01-01"
    )
    return passkey


@pytest.mark.parametrize(
    "answer",
    [
        *("", "{}", "[]", "null", '{"id": "AAAA"}', "[" * 50_000),
        *('{"id": "\\u0000"}', '{"id": "\\ud800"}', '{"id": ' + "9" * 5_000 + "}"),
        '{"id": "AAAA", "rawId": "AAAA", "response": {}}',
    ],
)
def test_an_answer_that_is_none_adds_and_opens_nothing(
    client: Client, ada: User, answer: str
) -> None:
    client.get(PAGE)
    page = client.post(PAGE, {"name": "phone", "answer": answer})
    assert "That did not work" in page.content.decode()
    _foreign(ada)
    door = Client()
    door.force_login(ada)
    door.get(DOOR)
    back = door.post(DOOR, {"answer": answer})

    assert Passkey.objects.count() == 1
    assert back["Location"].startswith(DOOR)
    assert door.get("/staff/").status_code == 302


def _made_by_a_key(client: Client, number: int, origin: str = "http://testserver") -> str:
    """Return what a browser answers to the page's challenge, for a key of its own making.

    WebAuthn Level 3, 6.5.1 "Attested credential data" and 8.7 "None attestation".
    """
    challenge = json.loads(client.get(PAGE).context["options"])["challenge"]
    told = {"type": "webauthn.create", "challenge": challenge, "origin": origin}
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
    name = number.to_bytes(16)
    data = sha256(b"testserver").digest() + b"\x45" + bytes(4) + bytes(16)
    data += len(name).to_bytes(2) + name + cbor2.dumps(key)
    made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
    return json.dumps(
        {
            "id": bytes_to_base64url(name),
            "rawId": bytes_to_base64url(name),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": bytes_to_base64url(json.dumps(told).encode()),
                "attestationObject": bytes_to_base64url(made),
            },
        }
    )


def test_a_passkey_of_another_person_is_not_taken_over(client: Client, ada: User) -> None:
    bob, theirs = User.objects.create_superuser("bob"), Client()
    sign_in(theirs, bob)
    for each in (theirs, client):
        each.post(PAGE, {"name": "phone", "answer": _made_by_a_key(each, 7)})

    assert Passkey.objects.get().user == bob


def test_a_name_is_what_can_be_read(client: Client, ada: User) -> None:
    client.post(PAGE, {"name": "phone\0\u202e", "answer": _made_by_a_key(client, 7)})

    assert Passkey.objects.get().name == "phone"


@pytest.mark.django_db(transaction=True)
def test_a_passkey_that_is_added_twice_at_once_is_added_once() -> None:
    ada, client = User.objects.create_superuser("ada"), Client()
    sign_in(client, ada)
    answer = _made_by_a_key(client, 7)
    barrier, answers = Barrier(2), []
    challenge = client.session["staff_challenge"]

    def add() -> None:
        barrier.wait()
        try:
            site = Site("testserver", "http://testserver")
            answers.append(finish_adding(ada, "phone", answer, challenge, site))
        finally:
            connections.close_all()

    threads = [Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(made is None for made in answers) == [False, True]
    assert Passkey.objects.count() == 1


def test_none_is_added_to_what_was_forgotten_meanwhile(client: Client, ada: User) -> None:
    answer = _made_by_a_key(client, 7)
    challenge = client.session["staff_challenge"]
    forget(ada)

    site = Site("testserver", "http://testserver")
    assert finish_adding(ada, "phone", answer, challenge, site) is None
    assert not Passkey.objects.exists()


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_one_that_is_being_added_is_forgotten_too() -> None:
    ada, client = User.objects.create_superuser("ada"), Client()
    sign_in(client, ada)
    answer = _made_by_a_key(client, 7)
    challenge = client.session["staff_challenge"]

    with transaction.atomic():
        site = Site("testserver", "http://testserver")
        assert finish_adding(ada, "phone", answer, challenge, site)
        forgetting = Side(lambda: forget(ada))
        until_waiting(forgetting)
    forgetting.end()

    assert not Passkey.objects.exists()


def test_one_removes_only_ones_own(client: Client, ada: User) -> None:
    theirs = _foreign(User.objects.create_superuser("bob"))

    for pk in (theirs.pk, "x", "9" * 30):
        client.post(PAGE, {"remove": pk})

    assert Passkey.objects.get() == theirs


def test_the_page_asks_for_a_fresh_code(client: Client, ada: User) -> None:
    session = client.session
    session["staff_verified_at"] = 0
    session.save()

    assert client.get(PAGE)["Location"].startswith(DOOR)


def test_forgetting_a_second_factor_forgets_passkeys(client: Client, ada: User) -> None:
    bob = User.objects.create_user("bob", is_staff=True)
    _foreign(bob)

    client.post(f"/staff/auth/user/{bob.pk}/forget/")

    assert not Passkey.objects.exists()


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """Chromium with a built-in authenticator, at a name: addresses have no passkeys."""
    context = browser.new_context(base_url=stack.url.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield page
    context.close()
    assert errors == []


@pytest.mark.e2e
@pytest.mark.stateless
def test_a_passkey_is_made_used_and_removed(page: Page, stack: Stack) -> None:
    made = stack.manage("make_staff", "--username", "passkey", "--random").splitlines()
    login = dict(line.split("=", 1) for line in made if "=" in line)
    give_password(page, login)
    enrol(page, login)
    page.goto(PAGE)
    assert not faults(page)
    page.get_by_label("What it is on").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("My laptop")).to_be_visible()
    assert not faults(page)
    page.get_by_role("button", name="Log out").click()

    give_password(page, login)
    assert not faults(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/staff/$"))

    page.goto(PAGE)
    page.get_by_role("button", name="Remove My laptop").click()
    # The session that it opened ends with it.
    expect(page.get_by_role("heading", name="Your code")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)


@pytest.mark.e2e
@pytest.mark.stateless
def test_an_answer_opens_once_and_only_its_own_challenge(page: Page, stack: Stack) -> None:
    made = stack.manage("make_staff", "--username", "replay", "--random").splitlines()
    login = dict(line.split("=", 1) for line in made if "=" in line)
    give_password(page, login)
    enrol(page, login)
    page.goto(PAGE)
    page.get_by_label("What it is on").fill("key")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("key", exact=True)).to_be_visible()
    page.get_by_role("button", name="Log out").click()
    give_password(page, login)
    with page.expect_request(lambda r: r.method == "POST" and DOOR in r.url) as sent:
        page.get_by_role("button", name="Use a passkey").click()
    answer = (sent.value.post_data_json or {})["answer"]
    assert json.loads(answer)["type"] == "public-key"
    expect(page).to_have_url(re.compile("/staff/$"))
    page.get_by_role("button", name="Log out").click()

    give_password(page, login)
    expect(page.get_by_role("button", name="Use a passkey")).to_be_visible()
    page.evaluate(
        """answer => {
            const form = document.querySelector("form[data-passkey]");
            form.elements.answer.value = answer;
            form.submit();
        }""",
        answer,
    )
    page.wait_for_load_state()
    page.goto("/staff/")
    expect(page).to_have_url(re.compile(DOOR))
