"""The demo partner as a process beside the running product."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from ncii.dev.processes import free_port
from ncii.tests.stack import ROOT, Stack


class DemoPartner:
    """The demo partner's process, with a key and an endpoint at the bank."""

    def __init__(self, stack: Stack, name: str, folder: Path) -> None:
        self.stack, self.name, self.folder = stack, name, folder
        self.port = free_port()
        stack.manage("make_partner", name)
        self.key = _printed(stack.manage("make_key", name), "key")
        address = f"http://127.0.0.1:{self.port}/bell"
        self.secret = _printed(stack.manage("make_endpoint", name, address), "secret")
        self.log = folder / "demo.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        env = os.environ | {
            "DEMO_ORIGIN": self.stack.url,
            "DEMO_KEY": self.key,
            "DEMO_WEBHOOK_SECRET": self.secret,
            "DEMO_PORT": str(self.port),
            "DEMO_STATE": str(self.folder / "demo.json"),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "partners.clients.demo"],
                env=env,
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(20)

    def list(self) -> dict[str, str]:
        """Value → the bank's name for the hash, as the partner holds it now."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/list", timeout=10) as answer:
            return {held["value"]: name for name, held in json.load(answer)["hashes"].items()}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call the bank's API with the partner's key; return the JSON of a good answer."""
        request = urllib.request.Request(
            self.stack.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            | headers,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def _printed(output: str, name: str) -> str:
    found = re.search(rf"^{name}=(\S+)$", output, re.MULTILINE)
    assert found, output
    return found[1]
