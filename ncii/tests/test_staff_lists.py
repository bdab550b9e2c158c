"""A list is narrowed by what it offers: its address is no way to browse the bank or to regroup a case."""

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client

from hashes.models import Hash
from ncii.staff.models import AuditEntry

pytestmark = pytest.mark.django_db
LISTS = [pytest.param(each, id=str(each.model._meta)) for each in admin.site._registry.values()]


def _columns(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.get_fields()]


def _address(listed: ModelAdmin) -> str:
    return f"/staff/{listed.model._meta.app_label}/{listed.model._meta.model_name}/"


@pytest.mark.parametrize("listed", LISTS)
@pytest.mark.parametrize("end", ["__lt", "__gte", "__in", "__startswith", "__regex", "__id__lt"])
def test_no_list_takes_a_condition_that_it_does_not_offer(listed: ModelAdmin, end: str) -> None:
    taken = [f"{c}{end}" for c in ["pk", *_columns(listed.model)]]

    assert not [c for c in taken if listed.lookup_allowed(c, "1", HttpRequest())]


@pytest.mark.parametrize(
    "path",
    [
        "/staff/hashes/hash/?id=1",
        "/staff/hashes/hash/?id__lt=100",
        "/staff/hashes/hash/?claims=1",
        "/staff/hashes/hash/?value__startswith=0",
        "/staff/hashes/change/?hash=1",
        "/staff/matching/reviewitem/?hash__id__lt=100",
        "/staff/partners/apikey/?digest__startswith=0",
        "/staff/auth/user/?user_permissions=1",
    ],
)
def test_a_condition_in_the_address_is_refused(admin_client: Client, path: str) -> None:
    assert admin_client.get(path).status_code == 400


@pytest.mark.parametrize("listed", LISTS)
def test_every_filter_that_is_offered_narrows(admin_client: Client, listed: ModelAdmin) -> None:
    Hash.objects.create(signal="VideoMD5", value="0" * 32, seq=1)
    page = admin_client.get(_address(listed))

    for spec in page.context["cl"].filter_specs:
        for choice in spec.choices(page.context["cl"]):
            answer = admin_client.get(_address(listed) + choice["query_string"])
            assert answer.status_code == 200, choice["query_string"]


def test_the_calendar_narrows(admin_client: Client) -> None:
    admin_client.get("/staff/hashes/hash/")
    entry = AuditEntry.objects.latest("number")
    at = f"at__year={entry.at.year}&at__month={entry.at.month}&at__day={entry.at.day}"

    page = admin_client.get(f"/staff/staff/auditentry/?{at}")

    assert page.status_code == 200
    assert entry in page.context["cl"].result_list


def test_nothing_completes_what_is_typed(admin_client: Client) -> None:
    """Django's answer to it would be row ids of the bank."""
    asked = {"app_label": "matching", "model_name": "reviewitem", "field_name": "hash"}

    assert admin_client.get("/staff/autocomplete/", asked).status_code == 404
