"""`make_staff` makes a login that opens the staff pages, as often as it is run."""

import io
import stat
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from ncii.staff.models import Authenticator

pytestmark = pytest.mark.django_db


def _run(*arguments: str) -> dict[str, str]:
    out = io.StringIO()
    call_command("make_staff", "--username", "ada", *arguments, stdout=out)
    return dict(line.split("=", 1) for line in out.getvalue().splitlines())


def _opens(client: Client, login: dict[str, str]) -> bool:
    return client.login(username=login["username"], password=login["password"])


def test_the_printed_login_opens_the_staff_pages(client: Client) -> None:
    login = _run("--random")

    assert _opens(client, login)
    assert User.objects.get(username="ada").is_staff


def test_the_enrolment_code_is_printed_until_a_second_factor_is_set_up(client: Client) -> None:
    login = _run("--random")
    client.force_login(User.objects.get())
    client.post("/staff/enrol/", {"code": login["enrolment"]})
    assert "Set up your authenticator" in client.get("/staff/enrol/").content.decode()
    Authenticator.objects.update(confirmed=True)

    assert "enrolment" not in _run("--random")


def test_random_changes_the_password(client: Client) -> None:
    first, second = _run("--random"), _run("--random")

    assert not _opens(client, first)
    assert _opens(client, second)
    assert User.objects.count() == 1


def test_a_password_file_is_made_once_and_kept(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "staff-password"

    first = _run("--password-file", str(path))
    before = User.objects.get().password
    second = _run("--password-file", str(path))

    assert first["password"] == second["password"]
    assert User.objects.get().password == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert _opens(client, second)


def test_a_locked_out_person_comes_back() -> None:
    User.objects.create_user("ada", is_active=False)

    _run("--random")

    assert User.objects.get().is_active


def test_an_empty_password_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "staff-password"
    path.touch()

    with pytest.raises(CommandError, match="empty"):
        _run("--password-file", str(path))

    assert not User.objects.exists()


@pytest.mark.parametrize(
    "content", [b"\x9c\x00\xff", b"one\ntwo\n", b"x" * 2000], ids=["bytes", "lines", "long"]
)
def test_a_file_that_holds_no_password_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)

    with pytest.raises(CommandError, match="one line"):
        _run("--password-file", str(path))

    assert not User.objects.exists()
    assert path.read_bytes() == content


@pytest.mark.parametrize("path", ["/dev/zero", "/", "/nowhere/password"])
def test_what_is_no_file_is_refused(path: str) -> None:
    with pytest.raises(CommandError, match="--password-file"):
        _run("--password-file", path)

    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["", "a b", "ada\npassword=x", "x" * 151, "\udcff"])
def test_a_name_that_nobody_can_log_in_with_is_refused(name: str) -> None:
    with pytest.raises(CommandError):
        call_command("make_staff", "--username", name, "--random")

    assert not User.objects.exists()


def test_a_name_is_spelt_as_the_login_page_spells_it(client: Client) -> None:
    out = io.StringIO()
    call_command("make_staff", "--username", "e\u0301lo", "--random", stdout=out)

    assert User.objects.get().username == "\u00e9lo"
