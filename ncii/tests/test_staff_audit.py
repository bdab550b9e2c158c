"""What staff do and look at is written down, and nobody can touch it unseen."""

import io
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from hashes.signal_types import ImagePDQ
from ncii.env import new_secret
from ncii.staff.audit import record, verify
from ncii.staff.models import AppendOnly, AuditEntry, AuditHead
from ncii.staff.protection import protect_tables
from ncii.tests.canaries import captured_log
from partners.models import Partner
from partners.services import make_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def five() -> list[AuditEntry]:
    return [record("tests", "acted", f"row {n}") for n in range(1, 6)]


def _acts() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("number").values_list("act", "subject"))


def _unprotected(*statements: tuple[str, list[str]]) -> None:
    """Do what somebody with the database's owner's rights could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER staff_audit_append_only ON staff_auditentry")
        else:
            cursor.execute("DROP TRIGGER staff_audit_no_update")
            cursor.execute("DROP TRIGGER staff_audit_no_delete")
        for statement, values in statements:
            cursor.execute(statement, values)


def test_an_untouched_audit_has_no_fault(five: list[AuditEntry]) -> None:
    assert list(verify()) == []
    assert list(verify((3, five[2].seal[:16]))) == []


CHANGES: dict[str, list[tuple[str, list[str]]]] = {
    "words changed": [("UPDATE staff_auditentry SET subject = %s WHERE number = 3", ["row 9"])],
    "time changed": [
        ("UPDATE staff_auditentry SET at = %s WHERE number = 3", ["2020-01-01 00:00"])
    ],
    "name changed": [("UPDATE staff_auditentry SET who = %s WHERE number = 3", ["eve"])],
    "first one cut": [("DELETE FROM staff_auditentry WHERE number = 1", [])],
    "one cut from the middle": [("DELETE FROM staff_auditentry WHERE number = 3", [])],
    "cut and closed up": [
        ("DELETE FROM staff_auditentry WHERE number = 3", []),
        ("UPDATE staff_auditentry SET number = 3 WHERE number = 4", []),
        ("UPDATE staff_auditentry SET number = 4 WHERE number = 5", []),
        ("UPDATE staff_audithead SET number = 4", []),
    ],
    "the end cut": [("DELETE FROM staff_auditentry WHERE number > 3", [])],
    "two exchanged": [
        ("UPDATE staff_auditentry SET number = 99 WHERE number = 2", []),
        ("UPDATE staff_auditentry SET number = 2 WHERE number = 4", []),
        ("UPDATE staff_auditentry SET number = 4 WHERE number = 99", []),
    ],
    "all cut": [("DELETE FROM staff_auditentry", [])],
    "the head put back": [("UPDATE staff_audithead SET number = 4", [])],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_with_the_owners_rights_is_found(
    five: list[AuditEntry], change: list[tuple[str, list[str]]]
) -> None:
    _unprotected(*change)

    assert list(verify())


def test_an_entry_made_without_the_key_is_found(
    five: list[AuditEntry], settings: pytest.FixtureRequest
) -> None:
    ours = settings.FIELD_KEYS  # type: ignore[attr-defined]
    settings.FIELD_KEYS = new_secret(keyring=True)  # type: ignore[attr-defined]
    record("eve", "acted")
    settings.FIELD_KEYS = ours  # type: ignore[attr-defined]

    assert [fault.number for fault in verify()] == [6]


def test_a_key_that_was_taken_away_too_early_is_named(
    five: list[AuditEntry], settings: pytest.FixtureRequest
) -> None:
    settings.FIELD_KEYS = new_secret(keyring=True)  # type: ignore[attr-defined]

    assert [fault.number for fault in verify()] == [1, 2, 3, 4, 5]
    assert all("put it back" in fault.what for fault in verify())


def test_an_old_copy_put_back_is_found_by_what_the_log_says(five: list[AuditEntry]) -> None:
    _unprotected(
        ("DELETE FROM staff_auditentry WHERE number > 3", []),
        ("UPDATE staff_audithead SET number = 3, seal = %s", [five[2].seal]),
    )

    assert list(verify()) == []
    assert list(verify((5, five[4].seal[:16])))


def test_the_log_gets_each_seals_beginning() -> None:
    with captured_log() as log:
        entry = record("tests", "acted", "nothing")

    assert f'"seal": "{entry.seal[:16]}"' in log.getvalue()


def test_entries_stay_sealed_when_the_key_is_rotated(
    five: list[AuditEntry], settings: pytest.FixtureRequest
) -> None:
    settings.FIELD_KEYS = f"{new_secret(keyring=True)},{settings.FIELD_KEYS}"  # type: ignore[attr-defined]
    record("tests", "acted")

    assert list(verify()) == []


@pytest.mark.parametrize(
    "touch",
    [
        lambda: AuditEntry.objects.update(who="eve"),
        lambda: AuditEntry.objects.filter(number=5).delete(),
        lambda: AuditEntry.objects.get(number=2).save(),
        lambda: AuditEntry.objects.get(number=2).delete(),
    ],
)
def test_the_application_can_not_touch_an_entry(
    five: list[AuditEntry], touch: Callable[[], object]
) -> None:
    before = list(AuditEntry.objects.values())

    with pytest.raises((DatabaseError, AppendOnly)), transaction.atomic():
        touch()

    assert list(AuditEntry.objects.values()) == before


def test_the_next_migration_brings_lost_triggers_back(five: list[AuditEntry]) -> None:
    _unprotected()

    protect_tables()

    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.update(who="eve")


def test_an_act_that_fails_leaves_no_entry(five: list[AuditEntry]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        record("tests", "acted")
        raise RuntimeError

    assert AuditEntry.objects.count() == AuditHead.objects.get().number == 5


def test_writes_in_the_admin_are_written_down(admin_client: Client) -> None:
    admin_client.post("/staff/partners/partner/add/", {"name": "Kiosk", "active": "on"})
    partner = Partner.objects.get()
    key, _ = make_key(partner)
    admin_client.post("/staff/partners/apikey/revoke/", {"keys": str(key.pk)})

    entries = AuditEntry.objects.order_by("number").values_list("who", "act", "subject", "detail")
    written = [entry for entry in entries if entry[1] in ("added", "changed")]
    assert [(who, act) for who, act, *_ in written] == [
        ("admin", "added"),
        ("admin", "changed"),
    ]
    assert "Kiosk" in written[0][2]
    assert str(key) in written[1][2]
    assert written[1][3] == "Revoked."


def test_what_is_looked_at_is_written_down_without_what_was_searched(admin_client: Client) -> None:
    admin_client.get("/staff/hashes/hash/", {"q": ImagePDQ.examples[0]})
    admin_client.get("/staff/figures/")

    looked = AuditEntry.objects.filter(act="looked").order_by("number")
    assert list(looked.values_list("subject", "detail")) == [
        ("hashes_hash_changelist", "with a search"),
        ("page_figures", ""),
    ]


def test_what_was_refused_was_not_looked_at(client: Client) -> None:
    client.get("/staff/hashes/hash/")

    assert not AuditEntry.objects.filter(act="looked").exists()


def test_coming_and_going_is_written_down(client: Client) -> None:
    User.objects.create_user("ada", password="correct-horse-7", is_staff=True)
    for password in ("wrong", "correct-horse-7"):
        client.post("/staff/login/", {"username": "ada", "password": password})
    client.get("/staff/enrol/")
    client.post("/staff/leave/")

    names = ["password refused", "password accepted", "went out"]
    assert [act for act, _ in _acts()] == names
    assert set(AuditEntry.objects.values_list("who", flat=True)) == {"ada"}


def test_a_password_typed_as_a_name_is_not_kept(client: Client) -> None:
    client.post("/staff/login/", {"username": "correct-horse-7", "password": "x"})

    assert AuditEntry.objects.get().who == "unknown"


def test_the_command_says_where_the_audit_stands(five: list[AuditEntry]) -> None:
    out = io.StringIO()

    call_command("verify_audit", stdout=out)

    assert out.getvalue().splitlines() == ["entries=5", f"head=5:{five[4].seal[:16]}"]


def test_the_command_ends_with_an_error(five: list[AuditEntry]) -> None:
    _unprotected(*CHANGES["one cut from the middle"])
    out = io.StringIO()

    with pytest.raises(CommandError, match="touched"):
        call_command("verify_audit", stdout=out)

    assert out.getvalue().startswith("3: entries are missing")


@pytest.mark.parametrize(
    "known", ["", "x", "3", "x:y", ":", "0:0123456789abcdef", "1:", "1:zz", "٣:0123456789abcdef"]
)
def test_the_command_refuses_what_is_no_seal(known: str) -> None:
    with pytest.raises(CommandError, match="NUMBER:SEAL"):
        call_command("verify_audit", known=known)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_before_the_next_and_protected_meanwhile(turn: int) -> None:
    record("tests", "acted")

    assert AuditEntry.objects.count() == 1
    with pytest.raises(DatabaseError):
        AuditEntry.objects.update(who="eve")


def test_what_is_written_while_the_audit_is_read_is_no_fault(five: list[AuditEntry]) -> None:
    reading = verify((1, "another seal"))
    assert next(reading).what == "not the entry that the log names"
    for number in (6, 7):
        record("tests", "acted", f"row {number}")

    assert list(reading) == []
