"""The whole product with marked values: then its logs, database, broker and files are searched."""

import contextlib
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from playwright.sync_api import Browser, FilePayload
from skimage import data

from cases.numbers import normalise
from ncii.tests import canaries
from ncii.tests.mailbox import Mailbox
from ncii.tests.pictures import picture
from ncii.tests.stack import Stack
from ncii.tests.victim import Victim

pytestmark = pytest.mark.e2e

FILE_NAME = "canary-file-name"
DUMP = "from ncii.tests.canaries import database_dump; print(database_dump())"


def _ask(url: str, headers: dict[str, str], body: bytes | None = None) -> tuple[int, str]:
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def _open_case_with_mail(victim: Victim, photo: FilePayload) -> str:
    victim.prepare([photo], canaries.PIN)
    victim.page.fill("#email", canaries.EMAIL)
    return victim.send()


def _persons_journey(browser: Browser, stack: Stack) -> str:
    context = browser.new_context(
        base_url=stack.url,
        locale="en-GB",
        user_agent=canaries.AGENT,
        extra_http_headers={"X-Forwarded-For": canaries.ADDRESS},
    )
    victim = Victim(context.new_page())
    photo = picture(f"{FILE_NAME}.jpg", "JPEG", data.rocket)
    number = _open_case_with_mail(victim, photo)
    victim.try_to_enter(number, "918273")
    victim.page.get_by_text("We could not open a case").first.wait_for()
    victim.enter(number, canaries.PIN)
    victim.withdraw()
    context.close()
    return number


def _partners_journey(stack: Stack) -> str:
    stack.manage("make_partner", "Kiosk of canaries")
    stack.manage("make_endpoint", "Kiosk of canaries", "http://127.0.0.1:9/canary-path-argument")
    made = stack.manage("make_key", "Kiosk of canaries")
    key = next(line.partition("=")[2] for line in made.splitlines() if line.startswith("key="))
    headers = {"Authorization": f"Bearer {key}", "User-Agent": canaries.AGENT}
    status, _ = _ask(f"{stack.url}/api/v1/hashes/changes", headers)
    assert status == 200
    bad = json.dumps({"hash": canaries.FREE_TEXT}).encode()
    as_json = headers | {"Content-Type": "application/json"}
    for wrong in (headers | {"Authorization": f"Bearer {key}x"}, as_json):
        status, _ = _ask(f"{stack.url}/api/v1/matches", wrong, bad)
        assert 400 <= status < 500
    return key


def _rude_requests(stack: Stack) -> None:
    address = urlsplit(stack.url)
    lines = (
        f"GET /{canaries.PATH_ARGUMENT} HTTP/9.9\r\n",
        f"{canaries.FREE_TEXT}\r\n",
        f"GET /{canaries.PATH_ARGUMENT} HTTP/1.1\r\nHost: canary-path-argument.example\r\n",
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie {canaries.FREE_TEXT}\r\n",
        f"GET /{'x' * 9000}{canaries.PATH_ARGUMENT} HTTP/1.1\r\n",
    )
    for line in lines:
        connection = socket.create_connection((address.hostname, address.port), timeout=30)
        with connection as raw, contextlib.suppress(ConnectionError):
            raw.sendall(f"{line}User-Agent: {canaries.AGENT}\r\n\r\n".encode())
            raw.recv(4096)


def _in_redis(url: str) -> Iterator[str]:
    """Yield every key and value, of whatever type."""
    store: Any = redis.Redis.from_url(url, decode_responses=True, encoding_errors="replace")
    readers = {
        "string": store.get,
        "list": lambda key: store.lrange(key, 0, -1),
        "set": store.smembers,
        "hash": store.hgetall,
        "zset": lambda key: store.zrange(key, 0, -1, withscores=True),
    }
    for key in store.scan_iter():
        yield f"{key} {readers[store.type(key)](key)}"


def _everything_written(stack: Stack) -> dict[str, str]:
    files = (path for path in Path(stack.var).rglob("*") if path.is_file())
    written = {str(path): path.read_bytes().decode("latin-1") for path in files}
    written["the database"] = stack.manage("shell", "--no-imports", "-c", DUMP)
    for name in ("BROKER_URL", "REDIS_URL"):
        if stack.env.get(name, "").startswith("redis"):
            written[name] = "\n".join(_in_redis(stack.env[name]))
    return written


def test_nothing_personal_is_written_anywhere(
    browser: Browser, stack: Stack, mailbox: Mailbox
) -> None:
    number = _persons_journey(browser, stack)
    assert mailbox.recipients == [[canaries.EMAIL]]
    key = _partners_journey(stack)
    _rude_requests(stack)
    written = _everything_written(stack)

    marks = (
        *(canaries.EMAIL, canaries.ADDRESS, canaries.AGENT, canaries.PIN, canaries.FREE_TEXT),
        *(FILE_NAME, number, normalise(number) or "", key),
    )
    found = {place: canaries.hits(text, *marks) for place, text in written.items()}
    assert {place: hits for place, hits in found.items() if hits} == {}
    logs = "\n".join(text for place, text in written.items() if place.endswith(".log"))
    assert not canaries.hits(logs, canaries.PATH_ARGUMENT)


def test_the_logs_of_every_process_are_json_lines(stack: Stack) -> None:
    for name in ("web", "beat"):
        text = (stack.var / f"{name}.log").read_text()
        lines = [line for line in text.splitlines() if line.strip()]
        assert lines, name
        assert all("event" in json.loads(line) for line in lines if line.startswith("{"))
        assert "Traceback" not in text


def test_a_leak_would_be_found(stack: Stack) -> None:
    planted = stack.var / "planted.log"
    planted.write_text(f"from {canaries.ADDRESS}")
    try:
        found = [
            place
            for place, text in _everything_written(stack).items()
            if canaries.hits(text, canaries.ADDRESS)
        ]
    finally:
        planted.unlink()

    assert found == [str(planted)]
