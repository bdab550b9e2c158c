"""What staff do and its entry in the audit stand together, or neither does."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import F, Model
from django.test import Client
from django_otp.oath import totp

from cases.directory.models import Platform
from ncii.staff.enrolment import make_code
from ncii.staff.models import AuditEntry, AuditHead, Authenticator, EnrolmentCode, Passkey
from ncii.staff.second_factor import pending
from ncii.tests.staff import sign_in
from partners.models import ApiKey, Delivery, Partner, Scope, WebhookEndpoint
from partners.services import make_key
from partners.webhooks.endpoints import add_endpoint

pytestmark = pytest.mark.django_db
PASSWORD, NEXT = "correct-horse-7", "battery-staple-8"
TABLES: tuple[type[Model], ...] = (
    ApiKey,
    Authenticator,
    Delivery,
    EnrolmentCode,
    Passkey,
    Platform,
    User,
    WebhookEndpoint,
)


@pytest.fixture
def rows(client: Client, admin_user: User) -> dict[str, int]:
    """Make one row of everything that staff act on; return their numbers."""
    admin_user.set_password(PASSWORD)
    admin_user.save()
    sign_in(client, admin_user)
    bob = User.objects.create_user("bob", password=PASSWORD, is_staff=True)
    Authenticator.objects.create(user=bob, name="app")
    mine = Passkey.objects.create(
        user=admin_user, name="key", credential_id="AAAA", public_key=b"x", made_on="2026-01-01"
    )
    partner = Partner.objects.create(name="Kiosk")
    key, _ = make_key(partner, scopes=[Scope.FEED])
    endpoint, _ = add_endpoint(partner, "https://hooks.example.com/ncii")
    platform = Platform.objects.create(name="Kiosk")
    return {
        "bob": bob.pk,
        "passkey": mine.pk,
        "key": key.pk,
        "endpoint": endpoint.pk,
        "platform": platform.pk,
    }


def _chosen(action: str, what: str, model: str) -> tuple[str, dict[str, str]]:
    return f"/staff/{model}/", {"action": action, "_selected_action": f"{{{what}}}"}


TWICE = {"password1": NEXT, "password2": NEXT}
OWN = {"old_password": PASSWORD, "new_password1": NEXT, "new_password2": NEXT}
ACTS = {
    "revoke a key": ("/staff/partners/apikey/revoke/", {"keys": "{key}"}),
    "a new secret": ("/staff/partners/webhookendpoint/{endpoint}/new-secret/", {}),
    "switch off": _chosen("disable_selected", "endpoint", "partners/webhookendpoint"),
    "ring": _chosen("test_selected", "endpoint", "partners/webhookendpoint"),
    "forget a second factor": ("/staff/auth/user/{bob}/forget/", {}),
    "another's password": ("/staff/auth/user/{bob}/password/", TWICE),
    "one's own password": ("/staff/password_change/", OWN),
    "remove a passkey": ("/staff/passkeys/", {"remove": "{passkey}"}),
    "links are checked": _chosen("checked_today", "platform", "cases/platform"),
}


def _do(client: Client, what: str, rows: dict[str, int]) -> int:
    path, sent = ACTS[what]
    client.raise_request_exception = False
    return client.post(
        path.format(**rows), {k: v.format(**rows) for k, v in sent.items()}
    ).status_code


def _stored() -> list[list[dict[str, Any]]]:
    return [list(model._default_manager.order_by("pk").values()) for model in TABLES]


def _break_the_audit() -> None:
    """Its next entry takes a number that there is, which the database refuses."""
    call_command("make_partner", "Another")
    AuditHead.objects.update(number=F("number") - 1)


@pytest.mark.parametrize("what", ACTS)
def test_what_can_not_be_written_down_is_not_done(
    client: Client, rows: dict[str, int], what: str
) -> None:
    before = _stored()
    _break_the_audit()

    assert _do(client, what, rows) >= 500
    assert _stored() == before


@pytest.mark.parametrize("what", ACTS)
def test_what_is_done_is_written_down(
    client: Client, admin_user: User, rows: dict[str, int], what: str
) -> None:
    before = _stored()
    written = AuditEntry.objects.filter(who_id=admin_user.pk).exclude(act="looked")
    number = written.count()

    assert _do(client, what, rows) < 400
    assert _stored() != before
    assert written.count() == number + 1


def test_no_phone_is_enrolled_that_is_not_written_down(client: Client) -> None:
    ada = User.objects.create_user("ada", password=PASSWORD, is_staff=True)
    client.raise_request_exception = False
    client.force_login(ada)
    client.post("/staff/enrol/", {"code": make_code(ada)})
    code = f"{totp(bytes.fromhex(pending(ada).key)):06d}"
    _break_the_audit()

    assert client.post("/staff/enrol/", {"code": code}).status_code >= 500
    assert not Authenticator.objects.filter(confirmed=True).exists()
    assert EnrolmentCode.objects.filter(user=ada).exists()


def test_a_partner_made_by_command_is_written_down_once() -> None:
    for _ in range(2):
        call_command("make_partner", "Kiosk")

    entry = AuditEntry.objects.get(who="make_partner")
    assert (entry.act, entry.subject) == ("partner made", "Kiosk")


def test_an_endpoint_made_by_command_is_written_down(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_partner", "Kiosk")
    call_command("make_endpoint", "Kiosk", "https://hooks.example.com/ncii")

    entry = AuditEntry.objects.get(who="make_endpoint")
    secret = capsys.readouterr().out.rpartition("secret=")[2].strip()
    assert entry.subject.startswith("Kiosk endpoint")
    assert secret not in json.dumps([entry.subject, entry.detail])


def test_a_backup_that_was_put_back_is_written_down() -> None:
    call_command("after_restore", "--no-ledger")

    assert AuditEntry.objects.get(who="after_restore").act == "backup put back"
