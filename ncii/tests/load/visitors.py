"""Who comes: people with pictures, platforms that fetch everything, staff who look around."""

from __future__ import annotations

import asyncio
import html
import json
import random
import re
import secrets
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PIN = "482915"
_CLAIM = {"signal": "VideoMD5", "variant": "original", "quality": None}
STAFF_PAGES = (
    "",
    "hashes/hash/",
    "matching/reviewitem/",
    "partners/partner/",
    "partners/delivery/",
)


@dataclass
class Record:
    """What happened: seconds by kind of request, what went wrong, and what was promised."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    promised: dict[str, str] = field(default_factory=dict)


@dataclass
class Visitor:
    """One who asks, at one web node after the other."""

    origins: list[str]
    record: Record
    session: aiohttp.ClientSession

    async def ask(self, kind: str, path: str, **how: Any) -> tuple[int, str]:
        """Send a request (POST if it has `data`); note how long it took and whether it failed."""
        data = how.pop("data", None)
        expected = how.pop("expected", 200)
        origin = random.choice(self.origins)
        headers = how.pop("headers", {}) | {"Origin": self.origins[0]}
        began = time.perf_counter()
        try:
            async with self.session.request(
                "POST" if data else "GET", origin + path, data=data, headers=headers, **how
            ) as answer:
                text = await answer.text()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            status, text = 0, type(error).__name__
        self.record.seconds[kind].append(time.perf_counter() - began)
        if status != expected:
            self.record.errors.append(f"{kind}: {status} {text[:80]!r}")
        return status, text


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


async def person(visitor: Visitor) -> None:
    """Answer the questions, open a case with three videos, look at it, perhaps withdraw it."""
    await visitor.ask("page", "/en/")
    for number in range(1, 5):
        _, page = await visitor.ask("page", f"/en/start/{number}")
        form = {"csrfmiddlewaretoken": _field(page, "csrfmiddlewaretoken"), "answer": "yes"}
        await visitor.ask("question", f"/en/start/{number}", data=form)
        await asyncio.sleep(random.random() / 2)
    _, page = await visitor.ask("case page", "/en/case/new")
    values = [secrets.token_hex(16) for _ in range(3)]
    files = [{"kind": "video", "claims": [_CLAIM | {"value": value}]} for value in values]
    form = {
        "csrfmiddlewaretoken": _field(page, "csrfmiddlewaretoken"),
        "token": _field(page, "token"),
        "pin": PIN,
        "files": json.dumps(files),
    }
    status, text = await visitor.ask("open a case", "/en/case/new", data=form, expected=201)
    if status != 201:
        return
    visitor.record.promised |= dict.fromkeys(values, "Active")
    _, page = await visitor.ask("page", "/en/status")
    form = {
        "csrfmiddlewaretoken": _field(page, "csrfmiddlewaretoken"),
        "number": json.loads(text)["case_number"],
        "pin": PIN,
    }
    await visitor.ask("enter a case", "/en/status", data=form)
    if random.random() < 0.3:
        _, page = await visitor.ask("status", "/en/status/withdraw")
        form = {name: _field(page, name) for name in ("csrfmiddlewaretoken", "opening")}
        form["answer"] = "yes"
        status, text = await visitor.ask("withdraw", "/en/status/withdraw", data=form)
        if status == 200:
            visitor.record.promised |= dict.fromkeys(values, "Withdrawn")
    visitor.session.cookie_jar.clear()


async def platform(visitor: Visitor, key: str) -> set[str]:
    """Fetch the whole bank from its start; return the active values."""
    copy: set[str] = set()
    query: dict[str, str] = {"limit": "1000"}
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
    more = True
    while more:
        status, text = await visitor.ask(
            "feed", "/api/v1/hashes/changes", params=query, headers=headers
        )
        if status != 200:
            break
        page = json.loads(text)
        for change in page["changes"]:
            act = copy.add if change["state"] == "Active" else copy.discard
            act(change["value"])
        query, more = query | {"after": page["next"]}, page["more"]
    return copy


async def staff(visitor: Visitor) -> None:
    """Look at a few pages, with a moment to read each."""
    for page in random.sample(STAFF_PAGES, 3):
        await visitor.ask("staff page", f"/staff/{page}")
        await asyncio.sleep(random.random())


async def again_until(end: float, what: Callable[[], Awaitable[object]]) -> None:
    """Do it, over and over, until the time is over; what has begun is finished."""
    while time.monotonic() < end:
        await what()
