"""Killing what carries the work loses none of it: what was accepted is published and rung.

The real product, with real SIGKILLs while a hundred cases come in: to Celery's worker and beat, and
on PostgreSQL to Redis, which remembers nothing then.
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from standardwebhooks import Webhook

from ncii.tests.stack import ROOT, Stack
from partners.tests.receivers import Got, Receiver, Reply, receiving

SUBMITTERS, CASES_EACH = 4, 25
PATIENCE = 180  # seconds, until we say that it is lost


@pytest.fixture
def product() -> Iterator[Stack]:
    with Stack(web_workers=1) as stack:
        yield stack


def _slow_then_sometimes_failing(got: Got) -> Reply:
    """Take long enough to be killed in the middle, and fail one time in five."""
    return Reply(500 if random.random() < 0.2 else 204, pause=0.1)


def _endpoints(stack: Stack, receivers: list[Receiver]) -> dict[int, tuple[Receiver, str]]:
    made = {}
    for n, receiver in enumerate(receivers):
        receiver.reply = _slow_then_sometimes_failing
        stack.manage("make_partner", f"Platform {n}")
        printed = stack.manage("make_endpoint", f"Platform {n}", receiver.url)
        row = dict(line.split("=", 1) for line in printed.splitlines())
        made[int(row["endpoint"])] = (receiver, row["secret"])
    return made


def _start(stack: Stack, module: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a module of ours in the stack's environment, and read what it prints."""
    command = [sys.executable, "-m", f"ncii.tests.{module}", *arguments]
    env = stack.env | {"DJANGO_SETTINGS_MODULE": "ncii.settings"}
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _kill_while_they_run(stack: Stack, submitters: list[subprocess.Popen[str]]) -> int:
    victims = ["worker", "broker", "worker", "beat"] if stack.on_postgres else ["worker", "beat"]
    kills = 0
    while any(process.poll() is None for process in submitters) or kills < len(victims):
        time.sleep(random.uniform(0.5, 2))
        stack.restart(victims[kills % len(victims)], kill=True)
        kills += 1
    return kills


def _promises(submitters: list[subprocess.Popen[str]]) -> dict[str, str]:
    promised: dict[str, str] = {}
    for process in submitters:
        out, _ = process.communicate()
        assert process.returncode == 0
        for line in out.splitlines():
            promised |= json.loads(line)
    return promised


def _look(stack: Stack, *arguments: str) -> dict[str, Any]:
    out, _ = _start(stack, "look_at_bank", *arguments).communicate()
    return dict(json.loads(out))


def _wait_until_quiet(stack: Stack) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    _look(stack, "--hasten")
    while True:
        seen = _look(stack)
        if not (seen["unpublished"] or seen["due"] or seen["behind"]):
            return seen
        if time.monotonic() > deadline:
            pytest.fail(f"not settled: { {k: seen[k] for k in ('unpublished', 'due', 'behind')} }")
        time.sleep(1)


@pytest.mark.e2e
def test_no_feed_row_and_no_webhook_is_lost(product: Stack) -> None:
    with ExitStack() as doors:
        receivers = [doors.enter_context(receiving()) for _ in range(3)]
        endpoints = _endpoints(product, receivers)
        submitters = [_start(product, "submit_cases", str(CASES_EACH)) for _ in range(SUBMITTERS)]
        kills = _kill_while_they_run(product, submitters)
        assert kills >= 2
        promised = _promises(submitters)
        for receiver in receivers:
            receiver.reply = Reply(204)
        seen = _wait_until_quiet(product)

    assert len(promised) >= SUBMITTERS * CASES_EACH
    _assert_published(promised, seen)
    for endpoint, (receiver, secret) in endpoints.items():
        _assert_heard(seen, str(endpoint), receiver, secret)


def _assert_published(promised: dict[str, str], seen: dict[str, Any]) -> None:
    bank = {value: state for value, (state, _) in seen["bank"].items()}
    # What was withdrawn before anybody could see it is rightly not shown to anyone.
    for value in seen["never_seen"]:
        assert promised.pop(value) == "Withdrawn"
    assert bank == promised


def _assert_heard(seen: dict[str, Any], endpoint: str, receiver: Receiver, secret: str) -> None:
    heard = set()
    for got in receiver.got:
        Webhook(secret).verify(got.body, got.headers)
        heard.add(got.headers["webhook-id"])
    assert heard == set(seen["ids"][endpoint])
    for state, event in (("Active", "hashes.published"), ("Withdrawn", "hashes.withdrawn")):
        last = max((seq for kind, seq in seen["bank"].values() if kind == state), default=0)
        assert seen["rung"][endpoint][event] >= last
