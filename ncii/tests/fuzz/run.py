"""One run: calls by processes of hypothesis, attacks between them, then a look at what is left."""

from __future__ import annotations

import json
import multiprocessing
import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from ncii.tests.fuzz.attacks import ATTACKS, dawdlers, is_alive, strike
from ncii.tests.fuzz.calls import Call, calls
from ncii.tests.fuzz.doors import REACHED
from ncii.tests.fuzz.visitor import Site, Visitor
from ncii.tests.stack import ROOT, Stack
from partners.tests.tx import new_key

PATIENT = {
    "PARTNER_RATE_FACTOR": "1000000",
    "INTAKE_PER_HOUR": "100000000",
    "INTAKE_CALM": "100000000",
    "LOG_LEVEL": "ERROR",
    "WEB_READ_SECONDS": "3",
}
# What a server may have grown by between the 10,000th call and the 100,000th. Its heap comes to rest
# in steps (158 MB, then 177, then 203 from the 70,000th on); a kilobyte lost in each call would be more.
GROWTH = 1.4
DAWDLERS = 24


@dataclass
class Report:
    """What was seen: answers by request, what was wrong, and memory in MB by calls made."""

    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    memory: dict[int, float] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.seen.values())

    def __str__(self) -> str:
        by_status: Counter[str] = Counter()
        for line, count in self.seen.items():
            by_status[line.rpartition(" ")[2]] += count
        grown = ", ".join(f"{mb:.0f} MB after {calls}" for calls, mb in self.memory.items())
        return f"{self.total} calls: {dict(sorted(by_status.items()))}; memory: {grown}"


def site_of(stack: Stack, tokens: int) -> Site:
    """Put a platform, a few cases, forms' tokens and a lead on the stack."""
    cases = _process(stack, "ncii.tests.drill.people", "open", "15")
    made = stack.manage("shell", stdin=_TOKENS.format(count=tokens))
    lead = _process(stack, "ncii.tests.load.sign_in", "1")[0]
    lead |= {"csrf": secrets.token_hex(16)}
    key = new_key(stack, "Fuzz")
    values = [value for of_case in cases.values() for value in of_case]
    return Site(stack.port, key, values, list(cases)[:5], made.split(), lead)


_TOKENS = """
from cases.numbers import issue_token
print("\\n".join(issue_token() for _ in range({count})))
"""


def fuzz(stack: Stack, total: int, seconds: float, processes: int = 4, steps: int = 10) -> Report:
    """Make `total` calls, or as many as the time allows; attack after each of the steps."""
    report, end = Report(), time.monotonic() + seconds
    first = int.from_bytes(os.urandom(4), "big")
    site = site_of(stack, tokens=max(total // 30, 50))
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for step in range(steps):
            share = total // steps // processes
            begun = [
                (site, share, first + step * processes + number, end) for number in range(processes)
            ]
            for seen, wrong in pool.starmap(visits, begun):
                report.seen += seen
                report.wrong += wrong
            _attack(stack, report)
            report.memory[report.total] = memory_of(stack)
            print(f"{time.strftime('%H:%M:%S')} {report}", file=sys.stderr, flush=True)  # noqa: T201
            if time.monotonic() > end or len(report.wrong) > 50:
                break
    report.wrong += [
        f"half-written: {said}" for said in _process(stack, "ncii.tests.fuzz.invariants")
    ]
    return report


def visits(site: Site, count: int, first: int, end: float) -> tuple[Counter[str], list[str]]:
    """Make `count` calls that hypothesis makes up; return what was answered and what was wrong."""
    visitor = Visitor(site, first)
    visitor.site.tokens = visitor.site.tokens[first % 7 :: 7]
    visitor.jars["person"] = {"csrf": secrets.token_hex(16)}

    @seed(first)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(calls())
    def visit(call: Call) -> None:
        if time.monotonic() < end:
            visitor.visit(call)

    visit()
    return visitor.seen, visitor.wrong


def _attack(stack: Stack, report: Report) -> None:
    for name in ATTACKS:
        answer = strike(stack.port, name)
        report.seen[f"attack {answer.status}"] += 1
        if answer.status >= 500 or (answer.status == 200 and b"root:" in answer.body):
            report.wrong.append(f"{name}: {answer.status} {answer.body[:200]!r}")
    with dawdlers(stack.port, DAWDLERS):
        if not is_alive(stack.port):
            report.wrong.append("others are not served while some dawdle")


def memory_of(stack: Stack) -> float:
    """Return the resident memory of the largest web process, in MB."""
    web = stack.children["web"].process
    group = os.getpgid(web.pid if web else 0)
    sizes = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(status.parent.name)) == group:
                line = next(row for row in status.read_text().splitlines() if row[:6] == "VmRSS:")
                sizes.append(int(line.split()[1]) / 1024)
        except (OSError, StopIteration):
            continue  # it has ended meanwhile
    return max(sizes)


def never_reached(report: Report) -> list[str]:
    """Return requests of which none was carried out."""
    done = {line.rpartition(" ")[0] for line in report.seen if line.rpartition(" ")[2] < "400"}
    return sorted(REACHED - done)


def _process(stack: Stack, module: str, *arguments: str) -> Any:
    ran = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=stack.env | {"DJANGO_SETTINGS_MODULE": "ncii.settings"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout)
