"""`staff_code` lets a stranger without a phone into `make run`, and nobody into production."""

import io
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from ncii.staff.enrolment import make_code
from ncii.staff.models import Authenticator
from ncii.tests.production import production_environment, run

pytestmark = pytest.mark.django_db


def _code() -> str:
    out = io.StringIO()
    call_command("staff_code", "ada", stdout=out)
    return out.getvalue().strip()


def test_the_code_enrols(client: Client) -> None:
    ada = User.objects.create_superuser("ada")
    client.force_login(ada)
    client.post("/staff/enrol/", {"code": make_code(ada)})
    client.get("/staff/enrol/")

    client.post("/staff/enrol/", {"code": _code()})

    assert Authenticator.objects.get().confirmed
    assert client.get("/staff/").status_code == 200


@pytest.mark.parametrize("exists", [True, False])
def test_says_what_to_do_first(exists: bool) -> None:
    if exists:
        User.objects.create_superuser("ada")

    with pytest.raises(CommandError, match="Log in" if exists else "no such login"):
        _code()


@pytest.mark.stateless
def test_production_has_no_way_around(tmp_path: Path) -> None:
    ran = run(["manage.py", "staff_code", "ada"], production_environment(tmp_path))

    assert ran.returncode != 0
    assert "own authenticator" in ran.stderr
