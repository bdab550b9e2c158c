"""A platform that reads the feed and gives hashes, and holds the bank to what it has acknowledged."""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from typing import Self

from ncii.tests.chaos.readers import Feed
from ncii.tests.containers.engine import HOST, Project


def _headers(key: str) -> dict[str, str]:
    return {"Host": HOST, "X-Forwarded-Proto": "https", "Authorization": f"Bearer {key}"}


def make(project: Project, name: str) -> str:
    """Make a platform as the runbook says; return its key."""
    project.manage("make_partner", name)
    printed = dict(line.split("=", 1) for line in project.manage("make_key", name).splitlines())
    return printed["key"]


def reader(project: Project, key: str) -> Feed:
    """A reader that has seen nothing yet."""
    feed = Feed(f"http://127.0.0.1:{project.port}", key, 1000)
    feed.headers |= _headers(key)
    return feed


def wait_until(feed: Feed, told: Callable[[set[str]], object], seconds: float = 60) -> None:
    """Read on until the copy is as told."""
    deadline = time.monotonic() + seconds
    while not told(feed.copy):
        assert time.monotonic() < deadline, f"the platform's copy stays at {len(feed.copy)} hashes"
        time.sleep(0.3)
        feed.read_on()


def status_of(project: Project, key: str, cursor: str) -> int:
    """What the feed answers to that cursor."""
    address = f"http://127.0.0.1:{project.port}/api/v1/hashes/changes?after={cursor}"
    request = urllib.request.Request(address, headers=_headers(key))
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


class Giver(threading.Thread):
    """A context manager: gives hash after hash, each again under its Idempotency-Key until it is
    acknowledged. `acknowledged` are the values, `failures` how often it had to try again."""

    def __init__(self, project: Project, key: str) -> None:
        super().__init__(daemon=True)
        self._port, self._key = project.port, key
        self._over = threading.Event()
        self.acknowledged: set[str] = set()
        self.failures = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self.join(120)
        assert not self.is_alive(), "a hash was never acknowledged"

    def run(self) -> None:
        while not self._over.is_set():
            value, token = secrets.token_hex(16), str(uuid.uuid4())
            while not self._give(value, token):
                self.failures += 1
                time.sleep(0.2)
            self.acknowledged.add(value)
            time.sleep(0.02)

    def _give(self, value: str, token: str) -> bool:
        body = json.dumps({"hashes": [{"signal": "VideoMD5", "value": value}]})
        headers = {"Content-Type": "application/json", "Idempotency-Key": token}
        web = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            web.request("POST", "/api/v1/hashes", body, _headers(self._key) | headers)
            answer = web.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            web.close()
        return answer.status == 201
