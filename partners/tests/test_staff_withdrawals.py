"""Staff see which platform has left which withdrawals lying, and since when."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import F
from django.test import Client

from hashes.models import Hash
from ncii.tests.staff import sign_in
from partners.admin.withdrawals import SHOWN
from partners.tests.api_helpers import Platform
from partners.tests.webhook_helpers import news, withdraw

pytestmark = pytest.mark.django_db
PAGE = "/staff/withdrawals/"


def _pass(time: timedelta) -> None:
    Hash.objects.update(published_at=F("published_at") - time)


def _read(client: Client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def _staff(*permissions: str) -> Client:
    user = User.objects.create_user("ada", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    sign_in(client, user)
    return client


def test_who_is_overdue_stands_there_with_count_time_and_hashes(admin_client: Client) -> None:
    late, punctual = Platform(), Platform()
    made = news(SHOWN + 2)
    kept = news()
    for platform in (late, punctual):
        platform.changes()
    withdraw(made)
    assert "No platform is overdue." in _read(admin_client), "a day is theirs"
    cursor = punctual.changes()["next"]
    punctual.changes(after=cursor)
    _pass(timedelta(hours=25))

    text = _read(admin_client)

    assert f">{late.partner.name}</h2>" in text
    assert f">{punctual.partner.name}</h2>" not in text
    assert f"{SHOWN + 2} overdue, the oldest published" in text
    assert "(1 day, 1" in text.replace("\xa0", " ")
    assert "And 2 more." in text
    oldest = Hash.objects.filter(pk__in=[c.hash_id for c in made]).order_by("seq")
    for held in oldest[:SHOWN]:
        assert f'/staff/hashes/hash/{held.seq}/change/">{held}</a>' in text
    assert str(kept[0].hash) not in text


def test_who_may_not_look_at_the_bank_gets_no_links_into_it() -> None:
    late = Platform()
    made = news()
    late.changes()
    withdraw(made)
    _pass(timedelta(hours=25))

    text = _read(_staff("view_feedposition"))

    assert "1 overdue" in text
    assert "/staff/hashes/" not in text


def test_it_takes_the_permission() -> None:
    assert _staff("view_hash").get(PAGE).status_code == 403


def test_a_platform_that_is_off_is_not_reminded(admin_client: Client) -> None:
    late = Platform()
    made = news()
    late.changes()
    withdraw(made)
    _pass(timedelta(hours=25))
    late.partner.active = False
    late.partner.save()

    assert "No platform is overdue." in _read(admin_client)
