"""Firefox, driven by WebDriver BiDi (W3C) over the WebSocket that it opens itself: no driver needed."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp

from ncii.dev import tools

_LISTENING = re.compile(r"WebDriver BiDi listening on (ws://127\.0\.0\.1:\d+)")
_START_S = 60
_WAIT_S = 120
# It asks nothing of anyone by itself.
_PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
}


class BiDiError(RuntimeError):
    """Firefox refused a command, or a script in the page failed."""


class Firefox:
    """One Firefox with one tab. `requests` are the addresses that pages have asked for, in order."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self._profile = Path(tempfile.mkdtemp(prefix="ncii-firefox-"))
        self._loop = asyncio.new_event_loop()
        self._last = 0

    def __enter__(self) -> Firefox:
        lines = [
            f'user_pref("{name}", {json.dumps(value)});' for name, value in _PREFERENCES.items()
        ]
        (self._profile / "user.js").write_text("\n".join(lines))
        self._log = (self._profile / "log").open("w+")
        command = [str(tools.find("firefox")), "--headless", "--no-remote"]
        command += ["--profile", str(self._profile), "--remote-debugging-port", "0", "about:blank"]
        environment = {"HOME": str(self._profile), "PATH": "/usr/bin:/bin", "MOZ_DISABLE_GMP": "1"}
        self._process = subprocess.Popen(
            command, stdout=self._log, stderr=self._log, env=environment
        )
        try:
            self._loop.run_until_complete(self._connect(self._address()))
            self.call("session.new", {"capabilities": {}})
            self.call("session.subscribe", {"events": ["network.beforeRequestSent"]})
            tabs = self.call("browsingContext.getTree", {})["contexts"]
            self._tab = tabs[0]["context"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        if hasattr(self, "_session"):
            self._loop.run_until_complete(self._session.close())
        self._loop.close()
        self._process.kill()
        self._process.wait()
        self._log.close()
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """Send a command and return its result; raise BiDiError if it is refused."""
        return self._loop.run_until_complete(self._call(method, params))

    def goto(self, url: str) -> None:
        """Go there and wait until it has loaded."""
        self.call(
            "browsingContext.navigate", {"context": self._tab, "url": url, "wait": "complete"}
        )

    def script(self, expression: str) -> Any:
        """The value, by way of JSON, of an expression in the page; a promise is waited for."""
        answer = self.call(
            "script.evaluate",
            {
                "expression": f"(async () => JSON.stringify(await ({expression}) ?? null))()",
                "target": {"context": self._tab},
                "awaitPromise": True,
            },
        )
        if answer["type"] == "exception":
            raise BiDiError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def wait(self, expression: str) -> Any:
        """Ask the page until the expression is true; return its value."""
        end = time.monotonic() + _WAIT_S
        while time.monotonic() < end:
            try:
                value = self.script(expression)
            except BiDiError:
                value = None  # the page is just being replaced
            if value:
                return value
            time.sleep(0.05)
        raise TimeoutError(f"never true: {expression}")

    def click(self, selector: str) -> None:
        """Wait until it is there and seen, and click it."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.wait(f"{found}?.checkVisibility()")
        self.script(f"({found}.click(), true)")

    def fill(self, selector: str, text: str) -> None:
        found = f"document.querySelector({json.dumps(selector)})"
        self.wait(f"{found}?.checkVisibility()")
        self.script(f"({found}.value = {json.dumps(text)}, true)")

    def choose(self, selector: str, files: Sequence[Path]) -> None:
        """Choose files in a file input."""
        found = self.call(
            "browsingContext.locateNodes",
            {"context": self._tab, "locator": {"type": "css", "value": selector}},
        )
        self.call(
            "input.setFiles",
            {
                "context": self._tab,
                "element": {"sharedId": found["nodes"][0]["sharedId"]},
                "files": [str(file) for file in files],
            },
        )

    def set_offline(self, offline: bool) -> None:
        """Take the tab's network away, or give it back."""
        conditions = {"type": "offline"} if offline else None
        self.call(
            "emulation.setNetworkConditions",
            {"networkConditions": conditions, "contexts": [self._tab]},
        )

    def _address(self) -> str:
        """Where Firefox listens, which it says when it does."""
        end = time.monotonic() + _START_S
        while time.monotonic() < end and self._process.poll() is None:
            said = _LISTENING.search((self._profile / "log").read_text(errors="replace"))
            if said:
                return f"{said[1]}/session"
            time.sleep(0.05)
        raise TimeoutError("Firefox does not listen:\n" + (self._profile / "log").read_text())

    async def _connect(self, address: str) -> None:
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(address, max_msg_size=0)

    async def _call(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._last += 1
        await self._socket.send_json({"id": self._last, "method": method, "params": params})
        while True:
            message = await asyncio.wait_for(self._socket.receive_json(), _WAIT_S)
            if message.get("method") == "network.beforeRequestSent":
                self.requests.append(message["params"]["request"]["url"])
            if message.get("id") != self._last:
                continue
            if message["type"] == "error":
                raise BiDiError(f"{method}: {message['error']}: {message['message']}")
            result: dict[str, Any] = message["result"]
            return result
