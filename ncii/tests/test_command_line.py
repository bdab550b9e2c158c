"""Commands that meet what is to be expected say so in a line, and end with an error."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ncii.dev.processes import Child
from ncii.tests.production import ROOT, run

pytestmark = pytest.mark.stateless


def development(var: Path, **more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "NCII_VAR": str(var)} | more


def complaint(ran: subprocess.CompletedProcess[str]) -> str:
    """The one line that it said; it ended with an error and printed nothing."""
    assert ran.returncode == 1
    assert ran.stdout == ""
    (line,) = ran.stderr.splitlines()
    return line


def test_without_tables_it_asks_for_migrate_and_leaves_nothing(tmp_path: Path) -> None:
    kept = tmp_path / "password"
    command = ["manage.py", "make_staff", "--username", "ada", "--password-file", str(kept)]
    assert "manage.py migrate" in complaint(run(command, development(tmp_path)))
    assert not kept.exists()


def test_a_database_that_is_away_is_named(tmp_path: Path) -> None:
    env = development(tmp_path, DATABASE_URL="postgres://bank:s3cret@127.0.0.1:1/bank")
    said = complaint(run(["manage.py", "make_partner", "Tube"], env))
    assert "does not answer" in said
    assert "s3cret" not in said


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").write_bytes(bytes(range(256)) * 20)
    ran = run(["manage.py", "verify_audit"], development(tmp_path))
    assert f"{tmp_path}/db.sqlite3 is no database" in complaint(ran)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NCII_MODE", "prod"),
        ("DEBUG", "perhaps"),
        ("INTAKE_PER_HOUR", "many-s3cret"),
        ("DATABASE_URL", "//user:s3cret@host"),
        ("DATABASE_URL", "mysql://user:s3cret@host/name"),
        ("EMAIL_URL", "user:s3cret@host"),
        ("LOG_LEVEL", "s3cret"),
        ("SECRET_KEY_FILE", "/nowhere"),
        ("NCII_VAR", "/dev/null"),
    ],
)
def test_a_setting_that_can_not_be_is_named_and_not_shown(
    tmp_path: Path, name: str, value: str
) -> None:
    said = complaint(run(["manage.py", "check"], development(tmp_path) | {name: value}))
    assert name in said
    assert "s3cret" not in said


def test_secrets_that_are_not_the_databases_own_are_named(tmp_path: Path) -> None:
    env = development(tmp_path)
    demo = ["manage.py", "set_up_demo", "--webhook-url", "http://127.0.0.1:9/"]
    for command in (["manage.py", "migrate", "--verbosity=0"], demo):
        assert run(command, env).returncode == 0
    (tmp_path / "dev-secrets.json").unlink()
    assert "FIELD_KEYS lacks" in complaint(run(demo, env))


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_celery_says_the_same_line(tmp_path: Path, part: str) -> None:
    env = development(tmp_path, INTAKE_PER_HOUR="many")
    said = complaint(run(["-m", "celery", "-A", "ncii.celery", part], env))
    assert said == "INTAKE_PER_HOUR must be a whole number."


def test_damaged_secrets_of_development_are_named(tmp_path: Path) -> None:
    (tmp_path / "dev-secrets.json").write_text("{")
    assert "dev-secrets.json is damaged" in complaint(
        run(["manage.py", "check"], development(tmp_path))
    )


def test_traceback_shows_where_it_came_from(tmp_path: Path) -> None:
    ran = run(["manage.py", "verify_audit", "--traceback"], development(tmp_path))
    assert ran.returncode != 0
    assert "Traceback" in ran.stderr


def test_an_interrupted_command_says_so(tmp_path: Path) -> None:
    # The read end of a pipe that nobody writes to: the command waits for its ledger.
    ledger, said = tmp_path / "ledger", tmp_path / "said"
    os.mkfifo(ledger)
    command = [sys.executable, "manage.py", "after_restore", str(ledger)]
    env = development(tmp_path)
    ran = Child("after_restore", command, env, said, cwd=ROOT, stop_signal=signal.SIGINT)
    ran.start()
    try:
        _interrupt_once_it_reads(ledger, ran)
        assert ran.process is not None
        ran.process.wait(60)
    finally:
        ran.kill()
    assert (ran.outcome(), said.read_text()) == ("exit code 130", "Interrupted: run it again.\n")


def _interrupt_once_it_reads(pipe: Path, ran: Child) -> None:
    """Once the pipe has a reader there is a writer's end to be had, and the reader waits for it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and ran.alive():
        try:
            writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.05)
            continue
        ran.ask_to_stop()
        os.close(writer)
        return
    raise AssertionError("it never opened the ledger")
