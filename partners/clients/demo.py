"""A platform in miniature: hears the bell, pulls the feed, keeps its copy, drops what is withdrawn.

    DEMO_ORIGIN=http://127.0.0.1:8000 DEMO_KEY=nhb_… DEMO_WEBHOOK_SECRET=whsec_… DEMO_PORT=8100 \
        python -m partners.clients.demo

Standard library only, so that it can be read and copied as the start of a real client. DEMO_STATE
names the file for the copy and the cursor (default: var/demo-platform.json). ``GET /list`` on
its port shows the copy. Pull is the truth, the bell only says when: it also pulls at the start and
once a minute, and a bell that comes twice only makes it look twice.
"""

import base64
import hashlib
import hmac
import json
import os
import signal
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from email.message import Message
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PULL_EVERY, TRY_AGAIN_AFTER = 60.0, 5.0  # seconds
TOLERANCE = 5 * 60  # seconds
MAX_BODY = 20_000  # bytes
PAGE = 1000


class Forged(ValueError):
    """The request is no message that the bank has sent just now."""


def verify(secret: str, headers: Mapping[str, str] | Message, body: bytes) -> Any:
    """Return the message if the bank signed it lately (Standard Webhooks, v1); raise Forged."""
    message_id, timestamp, given = (
        headers.get(f"webhook-{name}") or "" for name in ("id", "timestamp", "signature")
    )
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE:
        raise Forged("its time is not now")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given.split()):
        raise Forged("no signature is ours")
    try:
        return json.loads(body)
    except ValueError:
        raise Forged("it is not JSON") from None


@dataclass
class Copy:
    """Our list of the bank's active hashes, by the bank's name for each, and how far it goes."""

    cursor: str = ""
    hashes: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "Copy":
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return cls()

    def save(self, path: Path) -> None:
        """Replace the file whole: after a power cut it holds the old copy or the new one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.new")
        with fresh.open("w") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def apply(self, page: Mapping[str, Any]) -> tuple[int, int]:
        """Take one page of changes; return how many hashes were taken and dropped."""
        taken = dropped = 0
        for change in page["changes"]:
            if change["state"] == "Active":
                taken += change["id"] not in self.hashes
                kept = ("signal", "value", "confidence")
                self.hashes[change["id"]] = {name: change[name] for name in kept}
            elif self.hashes.pop(change["id"], None):
                dropped += 1
        self.cursor = page["next"]
        return taken, dropped


class Platform:
    """Pulls when woken, and now and then without being woken."""

    def __init__(self, origin: str, key: str, state: Path) -> None:
        self.origin = origin
        self.key = key
        self.state = state
        self.copy = Copy.load(state)
        self.woken = threading.Event()
        self.stopping = False

    def run(self) -> None:
        """Pull until stopped."""
        self.woken.set()
        pause = PULL_EVERY
        while True:
            self.woken.wait(pause)
            self.woken.clear()
            if self.stopping:
                return
            pause = PULL_EVERY if self.pull() else TRY_AGAIN_AFTER

    def stop(self, *_: object) -> None:
        """End `run` soon; good as a signal handler."""
        self.stopping = True
        self.woken.set()

    def shown(self) -> bytes:
        """Return the copy as it was last saved, as JSON."""
        return self.state.read_bytes() if self.state.exists() else b'{"cursor": "", "hashes": {}}'

    def pull(self) -> bool:
        """Bring the copy up to date; return False if the bank could not be asked."""
        taken = dropped = 0
        try:
            more = True
            while more and not self.stopping:
                page = self._page()
                changed = self.copy.apply(page)
                self.copy.save(self.state)
                taken, dropped = taken + changed[0], dropped + changed[1]
                more = page["more"]
        except urllib.error.HTTPError as error:
            return self._refused(error)
        except (OSError, HTTPException, ValueError, KeyError) as error:
            say(f"the bank is away ({type(error).__name__}); trying again")
            return False
        say(f"took {taken} hashes, dropped {dropped}; list holds {len(self.copy.hashes)}")
        return True

    def _page(self) -> Any:
        query = {"limit": str(PAGE)} | ({"after": self.copy.cursor} if self.copy.cursor else {})
        request = urllib.request.Request(  # noqa: S310 - the origin is our own setting
            f"{self.origin}/api/v1/hashes/changes?{urllib.parse.urlencode(query)}",
            headers={"Authorization": f"Bearer {self.key}", "Accept": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    def _refused(self, error: urllib.error.HTTPError) -> bool:
        if error.code in (400, 410) and self.copy.cursor:
            say("the bank no longer takes our cursor: starting over with an empty list")
            self.copy = Copy()
            self.woken.set()
            return True
        say(f"the bank answered {error.code}; trying again")
        return False


class Door(BaseHTTPRequestHandler):
    """Where the bell is rung: POST anywhere. GET /list shows the copy."""

    platform: Platform
    secret: str
    timeout = 10

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            self._answer(413)
            return
        try:
            message = verify(self.secret, self.headers, self.rfile.read(int(length)))
        except Forged as error:
            say(f"refused a bell: {error}")
            self._answer(401)
            return
        say(f"bell verified: {message['type']}")
        self._answer(204)
        self.platform.woken.set()

    def do_GET(self) -> None:
        if self.path == "/list":
            self._answer(200, self.platform.shown())
        else:
            self._answer(404)

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of single requests: `say` tells what matters."""


def say(text: str) -> None:
    """Print one line of what the platform does."""
    print(f"[demo platform] {text}", flush=True)


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    environ = os.environ
    state = Path(environ.get("DEMO_STATE") or "var/demo-platform.json")
    platform = Platform(environ["DEMO_ORIGIN"].rstrip("/"), environ["DEMO_KEY"], state)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, platform.stop)
    door = type(
        "OurDoor", (Door,), {"platform": platform, "secret": environ["DEMO_WEBHOOK_SECRET"]}
    )
    server = ThreadingHTTPServer(("127.0.0.1", int(environ.get("DEMO_PORT", "8100"))), door)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    say(f"listening on 127.0.0.1:{server.server_address[1]}")
    try:
        platform.run()
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
        say("bye")


if __name__ == "__main__":
    main()
