"""What each role may do: every page of the staff's side, opened and written."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from ncii.staff.roles import AUDITOR, LEAD, PARTNER_MANAGER, REVIEWER, ROLES, update_roles
from ncii.tests.staff import sign_in

pytestmark = pytest.mark.django_db

# R: may look. W: may add, and change what can be changed. The first letter of each role.
SEEN_BY = {
    "hashes/hash/": "RLA",
    "hashes/change/": "RLA",
    "matching/matchreport/": "RPLA",
    "matching/reviewitem/": "RLA",
    "matching/harmlesshash/": "RLA",
    "partners/feedback/": "RPLA",
    "figures/": "RPLA",
    "index/": "RLA",
    "partners/partner/": "PLA",
    "partners/apikey/": "PLA",
    "partners/webhookendpoint/": "PLA",
    "partners/delivery/": "PLA",
    "auth/user/": "LA",
    "staff/auditentry/": "LA",
    "staff/approval/": "RPLA",
    "cases/platform/": "PL",
    "cases/supportservice/": "PL",
}
ADDED_BY = {
    "partners/partner/": "PL",
    "partners/apikey/": "PL",
    "partners/webhookendpoint/": "PL",
    "auth/user/": "L",
    "staff/auditentry/": "",
    "staff/approval/": "",
    "cases/platform/": "PL",
    "cases/supportservice/": "PL",
    "hashes/hash/": "",
    "hashes/change/": "",
    "matching/matchreport/": "",
    "matching/reviewitem/": "",
    "matching/harmlesshash/": "",
    "partners/feedback/": "",
    "partners/delivery/": "",
}


def _login(role: str) -> Client:
    user = User.objects.create_user("ada", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    sign_in(client, user)
    return client


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", SEEN_BY)
def test_who_sees_what(role: str, path: str) -> None:
    answer = _login(role).get(f"/staff/{path}")

    assert (answer.status_code == 200) == (role[0] in SEEN_BY[path])
    assert answer.status_code in (200, 403)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", ADDED_BY)
def test_who_adds_what(role: str, path: str) -> None:
    answer = _login(role).get(f"/staff/{path}add/", follow=True)

    assert (answer.status_code == 200) == (role[0] in ADDED_BY[path])


def test_every_list_of_the_staff_side_stands_in_the_matrix() -> None:
    from django.contrib import admin

    lists = {f"{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry}

    assert lists == set(ADDED_BY)
    assert lists < set(SEEN_BY)


@pytest.mark.parametrize("role", [REVIEWER, AUDITOR])
def test_revoking_is_not_for_everybody(role: str) -> None:
    assert _login(role).post("/staff/partners/apikey/revoke/", {"keys": "1"}).status_code == 403


@pytest.mark.parametrize("role", [PARTNER_MANAGER, LEAD])
def test_managers_may_revoke(role: str) -> None:
    assert _login(role).get("/staff/partners/apikey/revoke/").status_code == 200


def test_a_lead_neither_makes_nor_changes_superusers() -> None:
    chief = User.objects.create_superuser("chief")
    bob = User.objects.create_user("bob", is_staff=True)
    lead = _login(LEAD)
    wanted = {"username": "bob", "is_active": "on", "is_superuser": "on"}

    lead.post(f"/staff/auth/user/{bob.pk}/change/", wanted)
    lead.post(f"/staff/auth/user/{chief.pk}/change/", {"username": "chief"})
    lead.post(f"/staff/auth/user/{chief.pk}/password/", {"password1": "x", "password2": "x"})

    bob.refresh_from_db()
    before = chief.password
    chief.refresh_from_db()
    assert not bob.is_superuser
    assert chief.is_active
    assert chief.password == before


def test_a_role_that_was_tampered_with_is_mended_by_the_next_migration() -> None:
    group = Group.objects.get(name=AUDITOR)
    before = set(group.permissions.values_list("codename"))
    group.permissions.set(Group.objects.get(name=LEAD).permissions.all())

    update_roles()

    assert set(group.permissions.values_list("codename")) == before


def test_a_new_account_is_staff() -> None:
    lead = _login(LEAD)
    fields = {"username": "bob", "password1": "correct-horse-7", "password2": "correct-horse-7"}

    lead.post("/staff/auth/user/add/", {**fields, "usable_password": "true"})

    assert User.objects.get(username="bob").is_staff
