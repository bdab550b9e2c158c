"""Sends calls over sockets of its own, and looks at each answer."""

from __future__ import annotations

import contextlib
import http.client
import http.cookies
import json
import random
import re
import socket
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes

from ncii.tests.fuzz.calls import Call

PATIENCE = 60  # seconds for one answer
POOL = 200
_OPENING = re.compile(rb'name="opening" value="([^"]+)')


@dataclass
class Answer:
    """`status` is 0 where the connection ended without one."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """Where the server is, and what there is to begin with."""

    port: int
    key: str
    values: list[str]
    numbers: list[str]
    tokens: list[str]
    staff_cookies: dict[str, str]


def exchange(port: int, raw: bytes, method: str = "GET") -> Answer:
    """Send these bytes and read one answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        # It may have answered before it read all.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            wire.sendall(raw)
        return read_answer(wire, method)


def read_answer(wire: socket.socket, method: str = "GET") -> Answer:
    """Read one answer from a connection."""
    response = http.client.HTTPResponse(wire, method=method)
    try:
        response.begin()
        body = response.read()
    except (http.client.HTTPException, ConnectionError):
        return Answer(0)
    cookies: dict[str, str] = {}
    for line in response.headers.get_all("Set-Cookie") or ():
        cookies |= {name: m.value for name, m in http.cookies.SimpleCookie(line).items()}
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, body, cookies)


class Visitor:
    """One platform, one person and one member of staff; `seen` counts answers by request."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site = site
        self.random = random.Random(seed)
        self.seen: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.pools: dict[str, list[str]] = {
            "hash": [],
            "webhook": [],
            "key": [],
            "number": [*site.numbers],
            "opening": [],
        }
        self.jars: dict[str, dict[str, str]] = {"person": {}, "staff": dict(site.staff_cookies)}

    def visit(self, call: Call) -> None:
        """Send the call; note its answer, and what is wrong with it."""
        headers, body = self._body(call)
        raw = self._head(call, headers, len(body)) + body
        answer = exchange(self.site.port, raw, call.method)
        self.seen[f"{call.door.name} {answer.status}"] += 1
        wrong = complaint(call, answer)
        if wrong:
            self.wrong.append(f"{wrong}\n    {raw[:700]!r}\n    {answer.body[:300]!r}")
        self._learn(call, answer)

    def _head(self, call: Call, headers: list[tuple[str, str]], length: int) -> bytes:
        path = self._stands_for(call.path) if "@" in call.path else call.path
        query = "&".join(f"{_quoted(n)}={_quoted(v)}" for n, v in call.query)
        target = f"{path}?{query}" if query else path
        given = {name.lower() for name, _ in headers}
        lines = [f"{call.method} {target} HTTP/1.1"]
        lines += [f"Host: 127.0.0.1:{self.site.port}"] if "host" not in given else []
        lines += [f"Content-Length: {length}"] if "content-length" not in given else []
        lines += [f"{name}: {value}" for name, value in headers]
        text = "\r\n".join([*lines, "Connection: close", "", ""])
        return text.encode("utf-8", "surrogatepass")

    def _body(self, call: Call) -> tuple[list[tuple[str, str]], bytes]:
        headers = list(call.headers)
        given = {name.lower() for name, _ in headers}
        if call.door.who == "platform":
            headers += [("Ocp-Apim-Subscription-Key", self.site.key)]
            own = {"Authorization": f"Bearer {self.site.key}", "Idempotency-Key": str(uuid.uuid4())}
            kind = "application/json"
        else:
            jar = self.jars[call.door.who]
            own = {"Cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
            kind = "application/x-www-form-urlencoded"
        headers += [(name, value) for name, value in own.items() if name.lower() not in given]
        if call.body is None and call.raw is None:
            return headers, b""
        headers += [("Content-Type", kind)] if "content-type" not in given else []
        if call.raw is not None:
            return headers, call.raw
        filled = self._filled(call.body)
        if call.door.who == "platform":
            return headers, json.dumps(filled).encode()
        return headers, self._form(filled, self.jars[call.door.who])

    def _form(self, filled: Any, jar: dict[str, str]) -> bytes:
        fields = filled if isinstance(filled, dict) else {"x": filled}
        fields = {"csrfmiddlewaretoken": jar.get("csrf", "")} | fields
        return "&".join(f"{_quoted(n)}={_quoted(v)}" for n, v in fields.items()).encode()

    def _filled(self, body: Any) -> Any:
        if isinstance(body, dict):
            return {name: self._filled(value) for name, value in body.items()}
        if isinstance(body, list):
            return [self._filled(each) for each in body]
        if isinstance(body, str) and body.startswith("@") and body[1:].isalpha():
            return self._stands_for(body)
        return body

    def _stands_for(self, text: str) -> str:
        """Put names of what there is in the place of those that stand for them."""
        for name in self.pools:
            if f"@{name}" in text:
                pool = self.pools[name]
                text = text.replace(f"@{name}", self.random.choice(pool) if pool else "none")
        if text == "@value":
            return self.random.choice(self.site.values)
        if text == "@new":
            return f"{self.random.getrandbits(128):032x}"
        if text == "@token":
            return self.site.tokens.pop() if self.site.tokens else "used-up"
        return str(uuid.uuid4()) if text == "@uuid" else text

    def _learn(self, call: Call, answer: Answer) -> None:
        """Remember what there is now: cookies, and names of what was made."""
        if call.door.who != "platform":
            self.jars[call.door.who] |= answer.cookies
        if shown := _OPENING.search(answer.body):
            self.pools["opening"] = [shown[1].decode()]
        made = _json(answer)
        if not isinstance(made, dict) or answer.status not in (200, 201):
            return
        name = call.door.name
        if name == "POST /en/case/new" and "case_number" in made:
            self._remember("number", made["case_number"])
        elif name in ("POST /api/v1/webhooks", "POST /api/v1/keys") and "id" in made:
            self._remember("webhook" if name.endswith("webhooks") else "key", made["id"])
        for change in made.get("changes", ()):
            self._remember("hash", change["id"])

    def _remember(self, pool: str, name: str) -> None:
        self.pools[pool].append(name)
        del self.pools[pool][:-POOL]


def complaint(call: Call, answer: Answer) -> str:
    """Say what is wrong with an answer, if anything is."""
    what = f"{call.method} {call.path[:80]}: {answer.status}"
    if answer.status == 0 or answer.status >= 500:
        return what
    if b"Traceback" in answer.body or b"DisallowedHost" in answer.body:
        return f"{what}, with a look inside"
    # What is no HTTP at all gunicorn refuses itself, before the product sees it.
    if "x-request-id" not in answer.headers or answer.status < 400:
        return ""
    if call.method != "HEAD" and not answer.body:
        return f"{what}, without a word"
    if call.path.startswith(("/api/v1/", "/v1/")) and call.method != "HEAD":
        problem = _json(answer)
        if answer.headers.get("content-type") != "application/problem+json":
            return f"{what}, no problem details"
        if not isinstance(problem, dict) or problem.get("status") != answer.status:
            return f"{what}, problem details of another status"
    return ""


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))
