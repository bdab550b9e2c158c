"""On PostgreSQL the application's own role can't rewrite the audit, whatever it sends."""

import io
import json
from collections.abc import Iterator
from itertools import chain

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from ncii.checks import the_application_can_not_rewrite_the_audit
from ncii.management.commands.limit_rights import _make
from ncii.staff.audit import record, verify
from ncii.staff.protection import may_rewrite_audit
from ncii.tests.drill.run import _bank, _people
from ncii.tests.limited import LimitedStack
from ncii.tests.waiting import wait_until

pytestmark = pytest.mark.django_db
ROLE = "ncii_app_of_a_test"
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")


def _run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def as_application() -> Iterator[None]:
    """The rest of the test speaks to the database as a role that `limit_rights` has limited."""
    record("tests", "acted")
    _run(f"CREATE ROLE {ROLE}")
    out = io.StringIO()
    call_command("limit_rights", ROLE, stdout=out)
    assert out.getvalue() == f"limited={ROLE}\n"
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {ROLE}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@on_postgresql
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE staff_auditentry SET who = 'eve'",
        "DELETE FROM staff_auditentry",
        "TRUNCATE staff_auditentry",
        "ALTER TABLE staff_auditentry DISABLE TRIGGER ALL",
        "DROP TRIGGER staff_audit_append_only ON staff_auditentry",
        "DELETE FROM staff_approval",
        "DROP TRIGGER staff_approval_forward ON staff_approval",
        "ALTER TABLE staff_approval DROP CONSTRAINT approval_by_two_people",
    ],
)
def test_what_the_role_can_not_do(as_application: None, statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied|must be owner"):
        _run(statement)


@on_postgresql
def test_the_role_goes_on_writing_the_audit(as_application: None) -> None:
    record("tests", "acted again")

    assert list(verify()) == []
    assert not may_rewrite_audit()


def test_production_is_warned_of_a_role_that_could(settings: pytest.FixtureRequest) -> None:
    assert may_rewrite_audit()
    assert not the_application_can_not_rewrite_the_audit(databases=["default"])
    settings.IN_PRODUCTION = True  # type: ignore[attr-defined]

    (warning,) = the_application_can_not_rewrite_the_audit(databases=["default"])
    assert warning.id == "ncii.W071"


def test_the_command_refuses_who_owns_the_tables() -> None:
    who = "ncii"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            (who,) = cursor.fetchone()

    with pytest.raises(CommandError, match="no roles|who runs this"):
        call_command("limit_rights", who)


@pytest.mark.parametrize(
    "name", ["", "pg_read_all_data", "x" * 64, "a\nb", 'we"ird', "1st", "\udcff"]
)
def test_the_command_refuses_names_that_sql_would_change(name: str) -> None:
    with pytest.raises(CommandError, match="a role's name"):
        call_command("limit_rights", "--make", name)


@on_postgresql
def test_the_command_makes_the_role_and_gives_it_its_password_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(CommandError, match="DATABASE_APP_PASSWORD"):
        call_command("limit_rights", ROLE, "--make")
    verifiers = set()
    for password in ("the first", "the second"):
        monkeypatch.setenv("DATABASE_APP_PASSWORD", password)
        call_command("limit_rights", ROLE, "--make", stdout=io.StringIO())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolpassword, rolsuper, rolcreaterole, rolcanlogin FROM pg_authid "
                "WHERE rolname = %s",
                [ROLE],
            )
            verifier, *rights = cursor.fetchone()
        assert verifier.startswith("SCRAM-SHA-256$")
        assert rights == [False, False, True]
        verifiers.add(verifier)
    assert len(verifiers) == 2


@on_postgresql
def test_an_owner_who_is_no_superuser_makes_the_role_and_what_it_has_too_much_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_APP_PASSWORD", "a password")
    _run(f"CREATE ROLE {ROLE} CREATEDB BYPASSRLS")
    call_command("limit_rights", ROLE, "--make", stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolcreatedb, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = %s", [ROLE]
        )
        assert cursor.fetchone() == (False, False, True)
        cursor.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")
        cursor.execute("CREATE ROLE ncii_owner_of_a_test CREATEROLE")
        cursor.execute("SET ROLE ncii_owner_of_a_test")
        _make(ROLE)
        _make(ROLE)
        cursor.execute("RESET ROLE")


@pytest.mark.e2e
@on_postgresql
def test_the_product_runs_as_a_role_that_can_not_rewrite_the_audit() -> None:
    with LimitedStack() as stack:
        opened = _people(stack, "open", "3")
        wait_until(lambda: len(_bank(stack)) == 6, "publication")
        _people(stack, "withdraw", stdin=json.dumps(list(opened)[:1]))
        gone, *kept = opened.values()
        wanted = dict.fromkeys(gone, "Withdrawn") | dict.fromkeys(chain(*kept), "Active")
        wait_until(lambda: {v: s for v, (s, _) in _bank(stack).items()} == wanted, "withdrawal")
        _people(stack, "erase", stdin=json.dumps(gone))
        said = stack.manage("shell", stdin=LOOK).split()[-3:]
        assert said == ["False", "0", stack.role]
        assert "permission denied" not in stack.logs()


LOOK = """
from django.db import connection
from cases.tasks import tidy
from ncii.staff.audit import record, verify
from ncii.staff.protection import may_rewrite_audit
tidy()
record("tests", "acted")
print(may_rewrite_audit(), len(list(verify())), connection.settings_dict["USER"])
"""
