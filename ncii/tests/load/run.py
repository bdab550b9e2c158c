"""One run: each kind of visitor alone first, then all at once; then look whether all is there."""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import aiohttp

from ncii.tests.load.nodes import Nodes
from ncii.tests.load.visitors import Record, Visitor, again_until, person, platform, staff
from ncii.tests.stack import ROOT

PATIENCE = 120
TIMEOUT = aiohttp.ClientTimeout(total=60)


def run(people: int, platforms: int, members: int, seconds: float, hashes: int) -> str:
    """Return the table and the verdict; raise AssertionError for an error or a loss."""
    with Nodes() as running:
        running.fill(hashes)
        keys, cookies = running.keys(platforms), running.staff_sessions(members)
        idle = asyncio.run(_visit(running, 1, keys[:1], cookies[:1], seconds / 3))
        busy = asyncio.run(_visit(running, people, keys, cookies, seconds))
        promised = idle.promised | busy.promised
        bank = _settled(running)
        copies = asyncio.run(_copies(running, keys))
    errors = idle.errors + busy.errors
    assert not errors, f"{len(errors)} errors, the first: {errors[:5]}"
    lost = {value for value, state in promised.items() if bank.get(value) != state}
    assert not lost, f"{len(lost)} of {len(promised)} promised hashes are not as promised"
    active = {value for value, state in bank.items() if state == "Active"}
    assert all(copy == active for copy in copies), "a platform's copy is not the bank"
    return (
        f"{people} people, {platforms} platforms at full sync of {hashes} hashes, {members} staff, "
        f"2 web nodes, 2 workers, {seconds:.0f} s\n{_table(idle, busy)}\n"
        f"errors: 0; {len(promised)} promised hashes all as promised; "
        f"{len(copies)} platforms' copies equal the bank"
    )


async def _visit(
    running: Nodes, people: int, keys: list[str], cookies: list[dict[str, str]], seconds: float
) -> Record:
    record, end = Record(), time.monotonic() + seconds
    sessions: list[aiohttp.ClientSession] = []

    def visitor(cookies: dict[str, str] | None = None) -> Visitor:
        # A POST on a connection that the server is just closing fails; browsers send it again.
        sessions.append(
            aiohttp.ClientSession(
                timeout=TIMEOUT,
                connector=aiohttp.TCPConnector(force_close=True),
                cookie_jar=aiohttp.CookieJar(unsafe=True),
                cookies=cookies,
            )
        )
        return Visitor(running.origins, record, sessions[-1])

    ways: list[Callable[[], Awaitable[object]]] = [
        *(partial(person, visitor()) for _ in range(people)),
        *(partial(platform, visitor(), key) for key in keys),
        *(partial(staff, visitor(cookie)) for cookie in cookies),
    ]
    try:
        async with asyncio.TaskGroup() as everybody:
            for way in ways:
                everybody.create_task(again_until(end, way))
    finally:
        for session in sessions:
            await session.close()
    return record


async def _copies(running: Nodes, keys: list[str]) -> list[set[str]]:
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        visitor = Visitor(running.origins, Record(), session)
        return [await platform(visitor, key) for key in keys]


def _settled(running: Nodes) -> dict[str, str]:
    """Wait until all is published; return what partners see of each hash."""
    deadline = time.monotonic() + PATIENCE
    while True:
        ran = subprocess.run(
            [sys.executable, "-m", "ncii.tests.look_at_bank"],
            env=running.env | {"DJANGO_SETTINGS_MODULE": "ncii.settings"},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        seen: dict[str, Any] = json.loads(ran.stdout)
        if not seen["unpublished"]:
            states: dict[str, str] = {value: state for value, (state, _) in seen["bank"].items()}
            return states | dict.fromkeys(seen["never_seen"], "Withdrawn")
        assert time.monotonic() < deadline, "changes wait for the publisher in vain"
        time.sleep(0.5)


def _table(idle: Record, busy: Record) -> str:
    lines = [f"{'request':14} {'alone':>6} {'at once':>8}   p95 at once / alone"]
    for kind, seconds in sorted(busy.seconds.items()):
        alone = idle.seconds.get(kind, [])
        ratio = f"{_p95(seconds) / _p95(alone):.1f}" if len(alone) > 1 else "-"
        lines.append(f"{kind:14} {len(alone):>6} {len(seconds):>8}   {ratio}")
    return "\n".join(lines)


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
