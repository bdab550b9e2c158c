"""Child processes in process groups of their own, so that ending one ends all that it started."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_INTERRUPTS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


def free_port(preferred: int = 0) -> int:
    """`preferred` or the next port that nobody listens on; with 0, any that the system picks."""
    for port in [0] if preferred == 0 else range(preferred, preferred + 200):
        with socket.socket() as probe:
            # As servers do: without it a port is refused for a minute after its last connection.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"no free port from {preferred}")


def wait_for_port(port: int, child: Child, timeout: float = 60) -> None:
    """Return once 127.0.0.1:`port` accepts. Raises ChildDiedError, or TimeoutError (seconds)."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if not child.alive():
            raise ChildDiedError(child)
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"{child.name} did not listen on port {port} within {timeout:.0f} s")


class ChildDiedError(RuntimeError):
    """A child ended by itself; the message carries its exit code and the end of its log."""

    def __init__(self, child: Child) -> None:
        super().__init__(f"{child.name} ended by itself ({child.outcome()}).\n{child.log_tail()}")


@dataclass
class Child:
    """One command, started on `start()` in a new process group.

    Output goes to `log` (appended to), or to ours where `log` is None. `user` (root only) is the
    account to run as.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path | None = None
    user: str | None = None
    cwd: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start the command. It also gets `stop_signal` when we are killed outright (Linux)."""
        sink = self.log.open("ab") if self.log else None
        # An interrupt between the fork and the assignment would leave a child nobody knows of.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
        try:
            self.process = subprocess.Popen(
                self.argv,
                env=dict(self.env),
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT if sink else None,
                process_group=0,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                preexec_fn=self._in_the_child,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            if sink:
                sink.close()

    def _in_the_child(self) -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
        # A shell that starts us in the background has it ignored, and so would the child.
        signal.signal(self.stop_signal, signal.SIG_DFL)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(self.stop_signal))

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def wait(self) -> int:
        """Wait until it ends by itself; return its exit code (negative: the signal's number)."""
        if self.process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self.process.wait()

    def outcome(self) -> str:
        """`exit code 3`, `killed by SIGKILL`, or `not started`."""
        if self.process is None or self.process.returncode is None:
            return "not started"
        code = self.process.returncode
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def log_tail(self, lines: int = 25) -> str:
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def signal_group(self, number: signal.Signals) -> bool:
        """Signal the whole group; False where nobody of it is left."""
        if self.process is None:
            return False
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def ask_to_stop(self) -> None:
        """Send `stop_signal` to the command alone: it ends its own children in its own order."""
        if self.alive() and self.process:
            self.process.send_signal(self.stop_signal)

    def stop(self, grace: float = 15) -> None:
        """Ask, wait up to `grace` seconds, then kill what is left of the group."""
        self.ask_to_stop()
        if self.process:
            try:
                self.process.wait(grace)
            except subprocess.TimeoutExpired:
                print(f"{self.name} did not stop within {grace:.0f} s: killed", file=sys.stderr)
        self.kill()

    def kill(self) -> None:
        """Kill the whole group at once (SIGKILL) and wait until it is gone."""
        if self.process is None:
            return
        self.signal_group(signal.SIGKILL)
        self.process.wait()
        deadline = time.monotonic() + 5
        while _group_lives(self.process.pid) and time.monotonic() < deadline:
            time.sleep(0.01)


def _group_lives(group: int) -> bool:
    """Whether a process of the group still runs; one that is dead but not yet reaped does not."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = entry.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state != "Z":
            return True
    return False


def stop_all(children: Sequence[Child], grace: float = 15) -> None:
    """Ask all to stop at the same time, then see each one gone; last started, first waited for."""
    for child in reversed(children):
        child.ask_to_stop()
    for child in reversed(children):
        child.stop(grace)
