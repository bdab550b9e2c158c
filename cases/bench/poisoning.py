"""The made-up week of matching/bench/poisoning.py with every defence on.

Each picture comes by the form: the case page's own address, its checks, the limit of an address,
proof of work. The list of harmless pictures that ships is loaded. Time in the limits is the week's.
"""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from cases import pace
from cases.numbers import issue_token
from cases.tests.test_work import solved
from hashes.signal_types import ImagePDQ
from matching.bench.poisoning import Week, clock, over_seeds
from matching.bench.week.pictures import KNOWN, known
from matching.bench.week.plan import JUNK, Picture, Plan
from matching.bench.week.report import table
from matching.harmless.selectors import near_harmless
from ncii.lib import rate_limits

FORM = "application/x-www-form-urlencoded"
FLOODER = "203.0.113.9"
COPIES = 300
AN_HOUR = timedelta(hours=1)


class Door:
    """Sends each picture as a case. `answers` counts, by sort, the status codes that came back.

    Poisoners other than the junk's are patient: an address each, and work done when it is asked.
    """

    def __init__(self, plan: Plan) -> None:
        self.step = timedelta(days=1) / plan.steps_a_day
        self.chance = random.Random(plan.seed)
        self.client = Client(HTTP_HOST="localhost")
        self.answers: dict[str, Counter[int]] = defaultdict(Counter)
        self.sent = 0

    def __call__(self, new: Sequence[Picture]) -> None:
        """Send these in the course of a step; junk within its first hour."""
        start = timezone.now()
        times = [
            (start + self.chance.random() * (AN_HOUR if each.sort in JUNK else self.step), each)
            for each in new
        ]
        for at, each in sorted(times, key=lambda pair: pair[0]):
            self._send(each, at)

    def _send(self, each: Picture, at: datetime) -> None:
        self.sent += 1
        high, low = divmod(self.sent, 2**16)
        address = FLOODER if each.sort == "flood" else f"2001:db8:{high:x}:{low:x}::1"
        form = {"token": issue_token(), "pin": "482915", "files": _files(each.value)}
        with clock(lambda: at):
            work = self._post(each, form, address)
            if work and each.sort not in JUNK:
                nonces = solved(work["challenge"], work["puzzles"])
                done = {"challenge": work["challenge"], "nonces": nonces}
                self._post(each, form | done, address)

    def _post(self, each: Picture, form: dict[str, str], address: str) -> dict[str, Any]:
        """Return the work that is asked for first; nothing where none is."""
        answer = self.client.post(
            "/en/case/new", urlencode(form), content_type=FORM, REMOTE_ADDR=address
        )
        self.answers[each.sort][answer.status_code] += 1
        work: dict[str, Any] = answer.json().get("work", {})
        return work


def _files(value: str) -> str:
    claim = {"signal": "ImagePDQ", "value": value, "quality": 100, "variant": "as-displayed"}
    return json.dumps([{"kind": "photo", "claims": [claim]}])


def defended(plan: Plan) -> tuple[Week, Door]:
    """Let the week pass with every defence on, as it ships."""
    call_command("load_harmless", verbosity=0)
    door = Door(plan)
    week = Week(plan, door)
    with _limits():
        week.run()
    return week, door


@contextmanager
def _limits() -> Iterator[None]:
    """Set the limits as they ship, counted in this process, where they can go by the week's clock.

    PINs are sealed cheaply: nobody tries to open these cases.
    """
    shipped = {"INTAKE_PER_HOUR": 30, "INTAKE_CALM": 60, "REDIS_URL": ""}
    cheap = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    now = SimpleNamespace(time=_seconds, monotonic=_seconds)
    pace.forget()
    with (
        override_settings(**shipped, PASSWORD_HASHERS=cheap),
        patch.object(pace, "time", now),
        patch.object(rate_limits, "time", now),
        # A thread for each address, that sleeps a real hour; `use` ends windows by the clock too.
        patch.object(rate_limits.MemoryCounter, "_forget_after", lambda *_: None),
    ):
        yield
    pace.forget()


def _seconds() -> float:
    return timezone.now().timestamp()


def main() -> None:
    """Print what weeks of 10,000 cases bring with every defence on, and what the list knows."""
    doors: list[Door] = []

    def pass_week(plan: Plan) -> Week:
        week, door = defended(plan)
        doors.append(door)
        return week

    print("\n".join(table(over_seeds(pass_week))))
    print("\nanswers to forms (201 taken, 428 work asked for, 429 slowed), each week:")
    for sort in doors[0].answers:
        told = [", ".join(f"{c} {n:,}" for c, n in sorted(d.answers[sort].items())) for d in doors]
        print(f"{sort}: {'; '.join(told)}")
    connection.creation.create_test_db(verbosity=0, serialize=False, autoclobber=True)
    call_command("load_harmless", verbosity=0)
    print(
        f"\nof {COPIES:,} copies: within reach of the list that ships; the reach of all, of the rest"
    )
    for kind in KNOWN:
        print(f"{kind}: {_known_of(kind)}")


def _known_of(kind: str) -> str:
    """Say how many copies the list knows, and how many others match the one it does not know."""
    chance = random.Random(Plan.seed)
    copies = dict(known(kind, chance) for _ in range(COPIES))
    listed = {value for _, value in near_harmless([(ImagePDQ.name, value) for value in copies])}
    rest = [reach for value, reach in copies.items() if value not in listed]
    mean = sum(copies.values()) / len(copies)
    return f"{len(listed):,} of {len(copies):,}; {mean:.0%}, {sum(rest) / max(1, len(rest)):.0%}"
