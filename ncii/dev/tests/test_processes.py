"""A child ends with everything it started, whichever way it is ended."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ncii.dev.processes import Child, ChildDiedError, free_port, stop_all, wait_for_port
from ncii.tests.waiting import wait_until

pytestmark = pytest.mark.stateless

# A parent that starts a child in its group, tells its id, and ignores being asked to stop if told.
_FAMILY = """
import os, signal, sys, time
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    print(child, flush=True)
while True:
    time.sleep(1)
"""


def _family(folder: Path, *arguments: str) -> tuple[Child, int]:
    child = Child(
        "family", [sys.executable, "-c", _FAMILY, *arguments], os.environ, folder / "family.log"
    )
    child.start()
    while not child.log_tail():
        assert child.alive()
        time.sleep(0.02)
    return child, int(child.log_tail())


def _exists(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize("manner", ["stop", "kill"])
def test_no_grandchild_is_left(tmp_path: Path, manner: str):
    child, grandchild = _family(tmp_path)
    assert _exists(grandchild)
    getattr(child, manner)()
    assert not child.alive()
    assert not _exists(grandchild)


def test_one_that_will_not_stop_is_killed(tmp_path: Path):
    child, grandchild = _family(tmp_path, "stubborn")
    child.stop(grace=0.2)
    assert not child.alive()
    assert child.outcome() == "killed by SIGKILL"
    assert not _exists(grandchild)


def test_stop_all_ends_every_family(tmp_path: Path):
    families = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        families.append(_family(tmp_path / name))
    stop_all([child for child, _ in families])
    assert not any(_exists(grandchild) for _, grandchild in families)


def test_a_child_listens_to_signals_that_were_held_while_it_was_born(tmp_path: Path):
    child = Child("sleeper", ["sleep", "600"], os.environ, tmp_path / "log")
    child.start()
    child.ask_to_stop()
    assert child.wait() == -signal.SIGTERM


def test_a_child_listens_though_the_shell_that_started_us_had_it_ignore_signals(tmp_path: Path):
    child = Child("sleeper", ["sleep", "600"], os.environ, tmp_path / "log")
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        child.start()
    finally:
        signal.signal(signal.SIGTERM, before)
    child.ask_to_stop()
    assert child.process is not None
    try:
        assert child.process.wait(60) == -signal.SIGTERM
    finally:
        child.kill()


def test_an_interrupt_while_starting_loses_no_child(tmp_path: Path):
    """The interrupt waits until the child is known, wherever it comes in the starting."""
    code = (
        "import os, signal\n"
        "from ncii.dev import processes\n"
        # A shell that runs the tests in the background has it ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "real = processes.subprocess.Popen\n"
        "def slow(*arguments, **options):\n"
        "    started = real(*arguments, **options)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    return started\n"
        "processes.subprocess.Popen = slow\n"
        "child = processes.Child('sleeper', ['sleep', '600'], os.environ)\n"
        "try:\n"
        "    child.start()\n"
        "except KeyboardInterrupt:\n"
        "    child.stop()\n"
        "    print(child.outcome())\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stdout == "killed by SIGTERM\n", ran.stderr


def test_waiting_for_one_that_died_tells_its_last_words(tmp_path: Path):
    child = Child(
        "brief", [sys.executable, "-c", "raise SystemExit('no luck')"], os.environ, tmp_path / "log"
    )
    child.start()
    with pytest.raises(ChildDiedError, match=r"(?s)brief ended by itself \(exit code 1\).*no luck"):
        wait_for_port(free_port(), child)


def test_a_child_dies_with_a_parent_that_was_killed_outright(tmp_path: Path):
    code = (
        "import os, time\n"
        "from ncii.dev.processes import Child\n"
        "child = Child('sleeper', ['sleep', '600'], os.environ)\n"
        "child.start()\n"
        "print(child.process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = Child("parent", [sys.executable, "-c", code], os.environ, tmp_path / "log")
    parent.start()
    while not parent.log_tail():
        assert parent.alive()
        time.sleep(0.02)
    sleeper = int(parent.log_tail())
    assert _exists(sleeper)
    assert parent.process is not None
    os.kill(parent.process.pid, signal.SIGKILL)
    parent.process.wait()
    wait_until(lambda: not _exists(sleeper), "it outlives its parent")


def test_free_port_passes_one_that_is_taken():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port
