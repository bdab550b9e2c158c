"""The demo partner as its own process: hears, pulls, keeps, drops, and outlives a bank that is away."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ncii.dev.processes import free_port
from ncii.tests.stack import ROOT, Stack
from ncii.tests.waiting import wait_until

pytestmark = pytest.mark.e2e


class Demo:
    """The process; `said()` is everything it has printed."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.port = free_port()
        stack.manage("make_partner", "Demo")
        url = f"http://127.0.0.1:{self.port}/hook"
        printed = stack.manage("make_key", "Demo") + stack.manage("make_endpoint", "Demo", url)
        made = dict(line.split("=", 1) for line in printed.splitlines())
        self.env = {
            "PATH": os.environ["PATH"],
            "DEMO_ORIGIN": stack.url,
            "DEMO_KEY": made["key"],
            "DEMO_WEBHOOK_SECRET": made["secret"],
            "DEMO_PORT": str(self.port),
            "DEMO_STATE": str(folder / "copy.json"),
        }
        self.log = folder / "demo.log"

    def start(self) -> None:
        command = [sys.executable, "-m", "partners.clients.demo"]
        with self.log.open("a") as sink:
            self.process = subprocess.Popen(command, env=self.env, cwd=ROOT, stdout=sink)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def said(self) -> str:
        return self.log.read_text()

    def holds(self, values: set[str]) -> bool:
        """Say whether its copy is just these; False while it does not listen."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/list", timeout=10) as answer:
                return {row["value"] for row in json.load(answer)["hashes"].values()} == values
        except OSError:
            return False


@pytest.fixture
def product() -> Iterator[Stack]:
    with Stack(web_workers=1) as stack:
        yield stack


@pytest.fixture
def demo(product: Stack, tmp_path: Path) -> Iterator[Demo]:
    made = Demo(product, tmp_path)
    made.start()
    yield made
    made.process.kill()
    made.process.wait()


def submit(stack: Stack) -> set[str]:
    """Open and withdraw some cases; return the values that stay active."""
    command = [sys.executable, "-m", "ncii.tests.submit_cases", "12"]
    env = stack.env | {"DJANGO_SETTINGS_MODULE": "ncii.settings"}
    ran = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    promised: dict[str, Any] = {}
    for line in ran.stdout.splitlines():
        promised |= json.loads(line)
    return {value for value, state in promised.items() if state == "Active"}


def test_its_copy_is_the_bank_whatever_was_away(product: Stack, demo: Demo) -> None:
    active = submit(product)
    wait_until(lambda: demo.holds(active))
    assert "bell verified: hashes.published" in demo.said()

    product.kill("web")
    active |= submit(product)
    wait_until(lambda: "the bank is away" in demo.said())
    assert demo.process.poll() is None
    product.start_again("web")
    wait_until(lambda: demo.holds(active))

    assert demo.stop() == 0
    active |= submit(product)
    demo.start()
    wait_until(lambda: demo.holds(active))
    assert demo.stop() == 0
    assert "Traceback" not in demo.said()
