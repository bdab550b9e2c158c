"""`make run` tells how to get in, lets one in, and leaves nothing running when it stops."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ncii.dev.processes import Child
from ncii.tests.stack import ROOT
from ncii.tests.waiting import wait_until

# It brings its own SQLite and broker, whatever the run's are.
pytestmark = [pytest.mark.stateless, pytest.mark.e2e]


def _environment(var: Path) -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "PYTHONDONTWRITEBYTECODE")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    return env | {"NCII_VAR": str(var), "NCII_TEST_RUN": str(var)}


def _left(var: Path) -> list[str]:
    """Command lines of all processes that carry this run's mark in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            marked = f"NCII_TEST_RUN={var}".encode() in (entry / "environ").read_bytes()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if marked and command:
            found.append(command)
    return found


def _start(var: Path) -> Child:
    command = [sys.executable, "-m", "ncii.dev.run"]
    run = Child("run", command, _environment(var), var / "run.out", cwd=ROOT)
    run.start()
    announced = "What the demo partner says"
    wait_until(lambda: announced in run.log_tail(100) or not run.alive(), lambda: run.log_tail(100))
    assert run.alive(), run.log_tail(100)
    return run


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Child]:
    child = _start(tmp_path)
    yield child
    child.stop()


def _told(run: Child) -> dict[str, str]:
    text = run.log_tail(100)
    origin = re.search(r"Site +(http://\S+)/", text)
    password = re.search(r"password: (\S+)", text)
    key = re.search(r"Partner's key +(nhb_\S+)", text)
    assert origin
    assert password
    assert key
    return {"origin": origin[1], "password": password[1], "key": key[1]}


def _stop(run: Child, number: signal.Signals) -> int:
    assert run.process is not None
    run.process.send_signal(number)
    return run.process.wait(60)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_leaves_no_process(run: Child, tmp_path: Path, number: signal.Signals):
    assert len(_left(tmp_path)) > 5
    assert _stop(run, number) == 0
    assert _left(tmp_path) == []
    assert run.log_tail(1) == "Stopped."


def test_killed_outright_it_still_takes_everything_along(run: Child, tmp_path: Path):
    assert run.process is not None
    os.kill(run.process.pid, signal.SIGKILL)
    run.process.wait()
    wait_until(lambda: not _left(tmp_path), lambda: _left(tmp_path))


def test_the_death_of_one_process_ends_all(run: Child, tmp_path: Path):
    beat = next(
        int(entry.name)
        for entry in Path("/proc").glob("[0-9]*")
        if _is_beat(entry) and str(tmp_path).encode() in (entry / "environ").read_bytes()
    )
    os.kill(beat, signal.SIGKILL)
    assert run.process is not None
    assert run.process.wait(60) == 1
    assert "beat ended by itself (killed by SIGKILL)" in run.log_tail(100)
    assert _left(tmp_path) == []


def _is_beat(entry: Path) -> bool:
    try:
        return b"beat\0" in (entry / "cmdline").read_bytes()
    except OSError:
        return False


def test_what_it_prints_opens_the_doors_and_stays_the_same(run: Child, tmp_path: Path):
    told = _told(run)
    with urllib.request.urlopen(f"{told['origin']}/healthz") as answer:
        assert answer.status == 200
    feed = urllib.request.Request(
        f"{told['origin']}/api/v1/hashes/changes",
        headers={"Authorization": f"Bearer {told['key']}"},
    )
    with urllib.request.urlopen(feed) as answer:
        assert answer.status == 200
    _stop(run, signal.SIGINT)
    again = _start(tmp_path)
    try:
        after = _told(again)
    finally:
        again.stop()
    assert (after["password"], after["key"]) == (told["password"], told["key"])


def test_what_it_keeps_is_private(run: Child, tmp_path: Path):
    for name in ("demo.json", "staff-password", "dev-secrets.json"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("var", ["/dev/null", "/proc"])
def test_a_folder_that_can_not_be_written_is_named(var: str):
    asked = subprocess.run(
        [sys.executable, "-m", "ncii.dev.run"],
        env=_environment(Path(var)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1
    (line,) = asked.stderr.splitlines()
    assert line.startswith("make run: ") and var in line


def test_a_second_start_in_the_same_place_is_refused(run: Child, tmp_path: Path):
    second = subprocess.run(
        [sys.executable, "-m", "ncii.dev.run"],
        env=_environment(tmp_path),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 1
    assert "already running" in second.stderr
