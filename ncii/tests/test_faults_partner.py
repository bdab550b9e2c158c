"""Whatever is away, a platform is answered rightly or told to come again, and nothing is done twice.

The parts of `test_faults`, killed under a platform that reads, looks up, reports, judges and
acknowledges, with a bell owed to it.
"""

import json
import secrets
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from ncii.tests.chaos.product import Product
from ncii.tests.fault_tools import FAULTS, ask_database, running, without
from ncii.tests.small_disks import Cramped, cramped
from ncii.tests.stack import ROOT
from ncii.tests.waiting import wait_until
from partners.tests.receivers import Receiver, Reply, receiving

__all__ = ["cramped", "running"]
pytestmark = [pytest.mark.e2e, pytest.mark.stateless]
OPEN = """
from cases.numbers import issue_token
from cases.services import FileInput, open_case
from hashes.publisher import publish
from hashes.services import SignalClaim
for value in "{values}".split():
    claim = SignalClaim("VideoMD5", value, "original")
    open_case(issue_token(), "482915", [FileInput("video", (claim,))])
publish()
"""
WITHDRAW = """
from django.db import transaction
from hashes.models import Claim
from hashes.publisher import publish
from hashes.services import withdraw_claims
from ncii.lib.days import today
with transaction.atomic():
    withdraw_claims(list(Claim.objects.filter(hash__value="{value}")), on=today())
publish()
"""
COUNT = """SELECT count(*) FROM matching_matchreport report
    JOIN hashes_hash hash ON hash.id = report.hash_id WHERE hash.value = %s"""


@dataclass
class Answer:
    """Status 0: nothing listens."""

    status: int
    headers: Any
    body: Any


@dataclass
class Platform:
    """A platform with a key that may do everything, and an endpoint."""

    stack: Product
    key: str
    receiver: Receiver

    def ask(self, method: str, path: str, body: Any = None, once: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        if once:
            headers["Idempotency-Key"] = once
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.stack.url}/api/v1/{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, json.loads(answer.read() or b"null"))
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, json.loads(error.read()))
        except OSError:
            return Answer(0, {}, None)

    def names(self) -> dict[str, str]:
        changes, _ = self.read()
        return {each["value"]: each["id"] for each in changes}

    def read(self) -> tuple[list[Any], str]:
        """Return the bank from its start, and the cursor to go on from."""
        body = self.ask("GET", "hashes/changes?limit=1000").body
        return body["changes"], body["next"]

    def due(self) -> set[str]:
        return {each["value"] for each in self.ask("GET", "withdrawals").body["due"]}


@contextmanager
def taking_part(stack: Product) -> Iterator[Platform]:
    stack.manage("make_partner", "Kiosk")
    key = stack.manage("make_key", "Kiosk").strip().removeprefix("key=")
    with receiving() as receiver:
        stack.manage("make_endpoint", "Kiosk", receiver.url)
        yield Platform(stack, key, receiver)


@pytest.fixture(scope="module")
def platform(running: Product) -> Iterator[Platform]:
    with taking_part(running) as platform:
        yield platform


def let_time_pass(stack: Product) -> None:
    """Let the minutes be over that retries, and leases of killed workers, wait for."""
    subprocess.run(
        [sys.executable, "-m", "ncii.tests.look_at_bank", "--hasten"],
        env=stack.env | {"DJANGO_SETTINGS_MODULE": "ncii.settings"},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def right_or_later(answer: Answer, parts: list[str]) -> bool:
    """Return whether it was carried out; if not, the platform must have been told to come again."""
    if "web" in parts:
        assert answer.status == 0
        return False
    if answer.status in (200, 201):
        assert "database" not in parts
        return True
    assert answer.status == 503, answer
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.body["status"] == 503
    return False


@pytest.mark.parametrize("fault", FAULTS)
def test_a_platform_works_on_through_it(running: Product, platform: Platform, fault: str) -> None:
    works_on(platform, without(running, FAULTS[fault]), FAULTS[fault])


def test_a_platform_works_on_through_a_full_disk(cramped: Cramped) -> None:
    with taking_part(cramped.stack) as platform:
        assert not all(works_on(platform, cramped.full(), [])), "the disk was not full"


def works_on(
    platform: Platform, fault: AbstractContextManager[None], parts: list[str]
) -> list[bool]:
    """Do all that a platform does while the fault lasts, and once more after it.

    Returns what was carried out the first time.
    """
    running = platform.stack
    kept, gone = secrets.token_hex(16), secrets.token_hex(16)
    platform.receiver.reply = Reply(503)
    running.manage("shell", "-c", OPEN.format(values=f"{kept} {gone}"))
    wait_until(lambda: {kept, gone} <= platform.names().keys(), "publication")
    names, (_, cursor) = platform.names(), platform.read()
    running.manage("shell", "-c", WITHDRAW.format(value=gone))
    wait_until(lambda: gone in platform.due(), "the withdrawal")
    signal = {"signal": "VideoMD5", "value": kept}
    match = {**signal, "distance": 0, "matched_at": "2026-01-02T03:04:05Z", "action": "review"}
    calls: list[tuple[Any, ...]] = [
        ("GET", f"hashes/changes?after={cursor}"),
        ("POST", "hashes/lookup", {"signals": [signal]}),
        ("POST", "matches", match, secrets.token_hex(8)),
        ("POST", "matches", match, secrets.token_hex(8)),
        ("PUT", f"hashes/{names[kept]}/verdict", {"value": "Blocked"}),
        ("POST", "withdrawals/ack", {"ids": [names[gone]]}),
    ]
    heard = len(platform.receiver.got)

    with fault:
        first = [platform.ask(*call) for call in calls]
        done = [right_or_later(answer, parts) for answer in first]
    platform.receiver.reply = Reply(204)

    again = [platform.ask(*call) for call in calls]
    assert [answer.status for answer in again] == [200, 200, 201, 201, 200, 200], again
    for before, after, was_done in zip(first[2:4], again[2:4], done[2:4], strict=True):
        assert ("Idempotent-Replayed" in after.headers) == was_done
        assert not was_done or before.body == after.body
    assert again[2].body["id"] != again[3].body["id"]
    states = {each["value"]: each["state"] for each in again[0].body["changes"]}
    assert states[gone] == "Withdrawn"
    assert [each["id"] for each in again[1].body["results"][0]["matches"]] == [names[kept]]
    assert ask_database(running, COUNT, kept) == [(2,)]
    assert gone not in platform.due()
    let_time_pass(running)
    wait_until(lambda: len(platform.receiver.got) > heard, "the bell that was owed")
    return done
