"""A platform makes, replaces and revokes its own keys; no key makes one that can do more."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ncii.ledger.models import Entry, Kind
from partners.models import ApiKey, IdempotentAnswer, Scope
from partners.services import KeyEnded, make_key, revoke_key, rotate_key
from partners.tests.api_helpers import Platform, is_problem, row_counts

KEYS, CHANGES = "/api/v1/keys", "/api/v1/hashes/changes"


def post(platform: Platform, path: str, body: Any, name: str = "") -> Any:
    return platform.post(path, body, Idempotency_Key=name or str(uuid.uuid4()))


def opens(key: str, address: str = "127.0.0.1") -> bool:
    headers = {"Authorization": f"Bearer {key}"}
    return Client().get(CHANGES, headers=headers, REMOTE_ADDR=address).status_code == 200


@pytest.mark.django_db
def test_a_new_key_opens_and_its_text_is_kept_nowhere() -> None:
    platform = Platform()
    answer = post(platform, KEYS, {"label": "crawler", "scopes": ["feed"], "days": 30})
    assert answer.status_code == 201
    made = answer.json()
    assert opens(made["key"])
    row = ApiKey.objects.get(public_id=made["id"])
    assert row.expires_at and row.expires_at < timezone.now() + timedelta(days=31)
    assert (row.label, row.scopes) == ("crawler", ["feed"])
    assert made["key"] not in IdempotentAnswer.objects.get().body
    assert made["key"] not in platform.get(KEYS).content.decode()


@pytest.mark.django_db
def test_a_repeated_request_makes_no_second_key() -> None:
    platform, name = Platform(), str(uuid.uuid4())
    first = post(platform, KEYS, {"scopes": ["feed"]}, name).json()
    again = post(platform, KEYS, {"scopes": ["feed"]}, name)
    assert again.status_code == 201 and "key" not in again.json()
    assert again.json()["id"] == first["id"]


@pytest.mark.django_db
def test_both_keys_work_while_they_overlap_and_then_the_new_one_alone() -> None:
    platform = Platform()
    path = f"{KEYS}/{platform.row.public_id}/rotate"
    new = post(platform, path, {"overlap_hours": 24}).json()["key"]
    assert opens(platform.key) and opens(new)
    ApiKey.objects.filter(pk=platform.row.pk).update(expires_at=timezone.now())
    assert not opens(platform.key) and opens(new)
    assert ApiKey.objects.exclude(pk=platform.row.pk).get().scopes == platform.row.scopes


@pytest.mark.django_db
def test_a_rotation_does_not_lengthen_a_keys_life() -> None:
    platform = Platform()
    soon = timezone.now() + timedelta(hours=1)
    ApiKey.objects.update(expires_at=soon)
    post(platform, f"{KEYS}/{platform.row.public_id}/rotate", {"overlap_hours": 24})
    platform.row.refresh_from_db()
    assert platform.row.expires_at == soon


@pytest.mark.django_db
def test_a_revoked_key_fails_with_the_next_request() -> None:
    platform = Platform()
    row, text = make_key(platform.partner)
    answer = platform.send("DELETE", f"{KEYS}/{row.public_id}", b"")
    assert answer.status_code == 200 and answer.json()["revoked_at"]
    assert not opens(text)


@pytest.mark.django_db
def test_no_key_makes_or_becomes_one_that_can_do_more() -> None:
    platform = Platform(scopes=[Scope.MANAGE, Scope.FEED])
    strong, _ = make_key(platform.partner)
    before = row_counts()
    is_problem(post(platform, KEYS, {"scopes": ["feed", "report"]}), 403)
    is_problem(post(platform, f"{KEYS}/{strong.public_id}/rotate", {"overlap_hours": 0}), 403)
    assert row_counts() == before


@pytest.mark.django_db
def test_a_key_that_ends_makes_none_that_outlives_it() -> None:
    platform = Platform()
    soon = timezone.now() + timedelta(hours=1)
    ApiKey.objects.update(expires_at=soon)
    for body in ({"scopes": ["feed"]}, {"scopes": ["feed"], "days": 9}):
        made = post(platform, KEYS, body).json()
        assert ApiKey.objects.get(public_id=made["id"]).expires_at == soon


@pytest.mark.django_db
def test_a_successor_lasts_as_long_as_the_key_was_made_to_last() -> None:
    platform = Platform()
    ends = timezone.now() + timedelta(days=30)
    row, platform.key = make_key(platform.partner, expires_at=ends)
    for _ in range(2):
        made = post(platform, f"{KEYS}/{row.public_id}/rotate", {"overlap_hours": 1}).json()
        new_end = ApiKey.objects.get(public_id=made["id"]).expires_at
        assert new_end and timedelta(days=29) < new_end - timezone.now() <= timedelta(days=30)


@pytest.mark.django_db
def test_a_key_that_ends_replaces_none_that_outlives_it() -> None:
    platform = Platform()
    lasting, _ = make_key(platform.partner)
    ApiKey.objects.exclude(pk=lasting.pk).update(expires_at=timezone.now() + timedelta(hours=1))
    is_problem(post(platform, f"{KEYS}/{lasting.public_id}/rotate", {"overlap_hours": 1}), 403)


@pytest.mark.django_db
def test_a_key_of_some_networks_makes_and_replaces_none_of_others() -> None:
    platform = Platform()
    anywhere, _ = make_key(platform.partner)
    elsewhere, _ = make_key(platform.partner, networks=["192.0.2.0/24"])
    within, _ = make_key(platform.partner, networks=["127.0.0.128/25"])
    ApiKey.objects.filter(pk=platform.row.pk).update(networks=["127.0.0.0/24", "2001:db8::/32"])
    before = row_counts()
    for networks in (["0.0.0.0/0"], ["127.0.0.0/23"], ["127.0.0.0/25", "::/0"]):
        is_problem(post(platform, KEYS, {"scopes": ["feed"], "networks": networks}), 403)
    for row in (anywhere, elsewhere):
        is_problem(post(platform, f"{KEYS}/{row.public_id}/rotate", {"overlap_hours": 1}), 403)
    assert row_counts() == before
    for networks in ([], ["127.0.0.0/25", "2001:db8:1::/48"]):
        body = {"scopes": ["feed"], "networks": networks}
        assert post(platform, KEYS, body).status_code == 201
    path = f"{KEYS}/{within.public_id}/rotate"
    assert post(platform, path, {"overlap_hours": 1}).status_code == 201


@pytest.mark.django_db
def test_keys_of_others_are_not_found() -> None:
    platform, other = Platform(), Platform()
    before = row_counts()
    for name in (other.row.public_id, "x", "é", "1" * 200):
        is_problem(platform.send("DELETE", f"{KEYS}/{name}", b""), 404)
        is_problem(post(platform, f"{KEYS}/{name}/rotate", {"overlap_hours": 1}), 404)
    listed = {key["id"] for key in platform.get(KEYS).json()["keys"]}
    assert listed == {platform.row.public_id}
    assert row_counts() == before
    assert opens(other.key)


@pytest.mark.django_db
def test_a_key_works_from_its_networks_only() -> None:
    platform = Platform()
    networks = ["192.0.2.0/24", "2001:db8::/32"]
    made = post(platform, KEYS, {"scopes": ["feed"], "networks": networks}).json()
    assert opens(made["key"], "192.0.2.7") and opens(made["key"], "2001:db8::7")
    assert not opens(made["key"], "198.51.100.7")
    assert not opens(made["key"], "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/scopes"),
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"scopes": ["feed"], "networks": ["192.0.2.1/24"]}, "/networks/0"),
        ({"scopes": ["feed"], "networks": ["all"]}, "/networks/0"),
        ({"scopes": ["feed"], "days": 0}, "/days"),
        ({"scopes": ["feed"], "label": "x" * 81}, "/label"),
        *(
            ({"scopes": ["feed"], "label": f"a{unseen}b"}, "/label")
            for unseen in "\u202e\u200b\u2066\n\x07"
        ),
    ],
)
def test_a_bad_field_is_named_and_leaves_no_trace(body: Any, pointer: str) -> None:
    platform = Platform()
    before = row_counts()
    assert is_problem(post(platform, KEYS, body), 400)["errors"][0]["pointer"] == pointer
    assert row_counts() == before


@pytest.mark.django_db
def test_a_key_that_is_revoked_while_it_is_being_replaced_has_no_successor() -> None:
    platform = Platform()
    read_before = ApiKey.objects.get(pk=platform.row.pk)
    revoke_key(platform.row)
    with pytest.raises(KeyEnded):
        rotate_key(read_before, timedelta(hours=1))
    assert ApiKey.objects.count() == 1


@pytest.mark.django_db
def test_of_two_replacements_at_once_none_lengthens_what_the_other_ended() -> None:
    platform = Platform()
    read_before = ApiKey.objects.get(pk=platform.row.pk)
    rotate_key(platform.row, timedelta(hours=1))
    rotate_key(read_before, timedelta(days=30))
    ends = ApiKey.objects.get(pk=platform.row.pk).expires_at
    assert ends and ends < timezone.now() + timedelta(hours=2)


@pytest.mark.django_db
def test_a_key_is_revoked_once() -> None:
    platform = Platform()
    read_before = ApiKey.objects.get(pk=platform.row.pk)
    revoke_key(platform.row)
    revoke_key(read_before)
    assert read_before.revoked_at == ApiKey.objects.get().revoked_at == platform.row.revoked_at
    assert Entry.objects.filter(kind=Kind.KEY_REVOKED).count() == 1
