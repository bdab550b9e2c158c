"""One asks for a key, another approves it, who asked sees it once; either may revoke it."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from ncii.lib.days import today
from ncii.staff.models import Approval
from ncii.tests.canaries import captured_log, database_dump
from ncii.tests.staff import sign_in
from partners.keys import opens
from partners.models import ApiKey, Partner

pytestmark = pytest.mark.django_db
ADD = "/staff/staff/approval/ask/key/"


@pytest.fixture
def partner() -> Partner:
    return Partner.objects.create(name="Kiosk")


@pytest.fixture
def second() -> Client:
    """Another member of staff who may approve."""
    user = User.objects.create_superuser("second")
    client = Client()
    sign_in(client, user)
    return client


def _collected(client: Client, second: Client, **chosen: object) -> HttpResponse:
    """Ask, approve, collect; return the answer."""
    client.post(ADD, chosen | {"reason": "It joins today."})
    path = f"/staff/staff/approval/{Approval.objects.get().pk}"
    second.post(f"{path}/decide/", {"approve": "1"})
    return client.post(f"{path}/collect/")  # type: ignore[return-value]


def _made(client: Client, second: Client, partner: Partner) -> tuple[ApiKey, str]:
    answer = _collected(client, second, partner=partner.pk, label="first", scopes=["feed"])
    assert answer.status_code == 200
    (text,) = re.findall(r'<code id="secret">(nhb_\w+)</code>', answer.content.decode())
    return ApiKey.objects.get(), text


def test_a_key_that_is_asked_for_is_not_made(admin_client: Client, partner: Partner) -> None:
    answer = admin_client.get("/staff/partners/apikey/add/")
    admin_client.post(
        answer["Location"], {"partner": partner.pk, "scopes": ["feed"], "reason": "It joins."}
    )
    path = f"/staff/staff/approval/{Approval.objects.get().pk}"
    admin_client.post(f"{path}/decide/", {"approve": "1"})
    admin_client.post(f"{path}/collect/")

    assert not ApiKey.objects.exists()


def test_only_who_asked_sees_the_key(
    admin_client: Client, second: Client, partner: Partner
) -> None:
    admin_client.post(ADD, {"partner": partner.pk, "scopes": ["feed"], "reason": "It joins."})
    path = f"/staff/staff/approval/{Approval.objects.get().pk}"
    second.post(f"{path}/decide/", {"approve": "1"})

    assert second.post(f"{path}/collect/").status_code == 403
    assert not ApiKey.objects.exists()


def test_no_key_for_a_partner_that_was_switched_off_meanwhile(
    admin_client: Client, second: Client, partner: Partner
) -> None:
    admin_client.post(ADD, {"partner": partner.pk, "scopes": ["feed"], "reason": "It joins."})
    Partner.objects.update(active=False)
    path = f"/staff/staff/approval/{Approval.objects.get().pk}"
    second.post(f"{path}/decide/", {"approve": "1"})
    admin_client.post(f"{path}/collect/")

    assert not ApiKey.objects.exists()


def test_the_key_on_the_page_is_the_one_that_opens(
    admin_client: Client, second: Client, partner: Partner
) -> None:
    key, text = _made(admin_client, second, partner)

    assert opens(text, key.digest, key.digest_key_id)
    assert (key.partner, key.label, key.scopes) == (partner, "first", ["feed"])


def test_the_key_is_seen_once_and_kept_nowhere(
    admin_client: Client, second: Client, partner: Partner
) -> None:
    with captured_log() as log:
        key, text = _made(admin_client, second, partner)

    later = [ADD, "/staff/partners/apikey/", f"/staff/partners/apikey/{key.pk}/change/", "/staff/"]
    pages = "".join(admin_client.get(path).content.decode() for path in later)
    session = str(dict(admin_client.session))
    assert text not in pages + session + database_dump() + log.getvalue()


def test_the_page_with_the_key_is_not_stored(
    admin_client: Client, second: Client, partner: Partner
) -> None:
    answer = _collected(admin_client, second, partner=partner.pk, scopes=["feed"])

    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"partner": ""},
        {"partner": "999999"},
        {"networks": "192.0.2.1/24"},
        {"networks": "192.0.2.0/24 elsewhere"},
    ],
)
def test_a_form_that_is_wrong_makes_no_key(
    admin_client: Client, partner: Partner, spoilt: dict[str, object]
) -> None:
    fields = {"partner": partner.pk, "scopes": ["feed"], "reason": "It joins."}
    answer = admin_client.post(ADD, fields | spoilt)

    assert answer.status_code == 200
    assert "errornote" in answer.content.decode()
    assert not Approval.objects.exists()


def test_a_key_can_not_expire_in_the_past(admin_client: Client, partner: Partner) -> None:
    past = today() - timedelta(days=1)

    fields = {"partner": partner.pk, "scopes": ["feed"], "reason": "It joins."}
    admin_client.post(ADD, fields | {"last_day": f"{past}"})

    assert not Approval.objects.exists()


def test_a_key_works_to_the_end_of_its_last_day(
    admin_client: Client, second: Client, partner: Partner
) -> None:
    last = today() + timedelta(days=30)

    _collected(admin_client, second, partner=partner.pk, scopes=["feed"], last_day=f"{last}")

    expires_at = ApiKey.objects.get().expires_at
    assert expires_at == datetime.combine(last + timedelta(days=1), time(), UTC)


def test_a_key_for_some_networks_and_the_sandbox(
    admin_client: Client, second: Client, partner: Partner
) -> None:
    networks = "192.0.2.0/24\r\n2001:db8::/32 203.0.113.7"

    chosen = {"partner": partner.pk, "scopes": ["feed"], "networks": networks, "sandbox": "on"}
    _collected(admin_client, second, **chosen)

    key = ApiKey.objects.get()
    assert key.networks == ["192.0.2.0/24", "2001:db8::/32", "203.0.113.7/32"]
    assert key.sandbox


def test_only_the_label_of_a_key_can_be_changed(
    admin_client: Client, second: Client, partner: Partner
) -> None:
    key, _ = _made(admin_client, second, partner)
    before = (key.scopes, key.partner_id, key.digest)

    admin_client.post(
        f"/staff/partners/apikey/{key.pk}/change/",
        {"label": "second", "scopes": ["manage"], "revoked_at_0": "2020-01-01", "digest": "0"},
    )

    key.refresh_from_db()
    assert key.label == "second"
    assert (key.scopes, key.partner_id, key.digest) == before
    assert key.revoked_at is None


def test_revoking_asks_first(admin_client: Client, second: Client, partner: Partner) -> None:
    key, _ = _made(admin_client, second, partner)

    asked = admin_client.post(
        "/staff/partners/apikey/", {"action": "revoke", "_selected_action": [key.pk]}, follow=True
    )

    key.refresh_from_db()
    assert str(key) in asked.content.decode()
    assert key.revoked_at is None


def test_a_confirmed_revocation_revokes(
    admin_client: Client, second: Client, partner: Partner
) -> None:
    key, _ = _made(admin_client, second, partner)

    admin_client.post("/staff/partners/apikey/revoke/", {"keys": str(key.pk)})

    key.refresh_from_db()
    assert key.revoked_at is not None
    assert "revoked" in admin_client.get("/staff/partners/apikey/").content.decode()


@pytest.mark.parametrize("keys", ["", "x", "1,x", "9" * 400, "-1"])
def test_revoking_what_is_no_key(admin_client: Client, keys: str) -> None:
    assert admin_client.get("/staff/partners/apikey/revoke/", {"keys": keys}).status_code == 200
    assert admin_client.post("/staff/partners/apikey/revoke/", {"keys": keys}).status_code == 302


def test_no_key_and_no_partner_can_be_deleted(
    admin_client: Client, second: Client, partner: Partner
) -> None:
    key, _ = _made(admin_client, second, partner)

    admin_client.post(f"/staff/partners/apikey/{key.pk}/delete/", {"post": "yes"})
    admin_client.post(f"/staff/partners/partner/{partner.pk}/delete/", {"post": "yes"})

    assert ApiKey.objects.count() == Partner.objects.count() == 1
