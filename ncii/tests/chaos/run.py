"""One run: start, write, read, kill, wait until it is quiet, compare."""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any

from standardwebhooks import Webhook

from ncii.tests.chaos.product import Kind, Product, product
from ncii.tests.chaos.readers import Exchange, Export, Feed, LongPoll, Reader
from ncii.tests.stack import ROOT
from partners.tests.receivers import Receiver, Reply, receiving

PATIENCE = 180  # seconds, until we say that it is lost


def run(seconds: float, writers: int, kind: Kind = "postgres") -> str:
    """Return what happened, in a few lines; raise AssertionError if anything was lost.

    On SQLite there is one machine, without a database server or Redis to be killed.
    """
    with ExitStack() as doors:
        running = doors.enter_context(product(kind))
        receivers = [doors.enter_context(receiving()) for _ in range(3)]
        readers, secrets = _partners(running, receivers)
        promises = doors.enter_context(tempfile.TemporaryFile("w+"))
        writing = doors.enter_context(_writers(running, writers, seconds, promises))
        for reader in readers:
            reader.start()
        kills = Counter[str]()
        while writing.poll() is None:
            _let_it_work(readers)
            kills[running.kill_something()] += 1
        over = time.monotonic()
        seen = _wait_until_quiet(running)
        quiet = time.monotonic() - over
        copies = {f"{n} {type(r).__name__}": r.finish() for n, r in enumerate(readers)}
        promised = _promised(promises)
    _compare(promised, seen, copies)
    _assert_heard(seen, receivers, secrets)
    settled = sum(state != "?" for state in promised.values())
    return (
        f"{writers} writers for {seconds:.0f} s; {settled} promised, {len(seen['bank'])} published, "
        f"{len(seen['claimed'])} active; all quiet {quiet:.0f} s after the last\n"
        f"killed: {dict(kills)}; failed reads: {[reader.failures for reader in readers]}; "
        f"bells heard: {[len(receiver.got) for receiver in receivers]}\n"
        f"every partner's copy equals the bank; every endpoint has heard of all of it"
    )


def _let_it_work(readers: list[Reader]) -> None:
    """Wait for news at a reader, or not for ever, and a moment more.

    Who never works can't be cut short.
    """
    before = sum(len(reader.copy) for reader in readers)
    end = time.monotonic() + 15
    while sum(len(reader.copy) for reader in readers) == before and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(random.random())


def _partners(running: Product, receivers: list[Receiver]) -> tuple[list[Reader], dict[str, str]]:
    """Make five partners that read, three of them with an endpoint; return secrets by its id."""
    keys, secrets = [], {}
    for n in range(5):
        name = f"Platform {n}"
        running.manage("make_partner", name)
        keys.append(_printed(running, "make_key", name)["key"])
        if n < len(receivers):
            made = _printed(running, "make_endpoint", name, receivers[n].url)
            secrets[made["endpoint"]] = made["secret"]
            receivers[n].reply = Reply(204, pause=0.05)
    url = running.url
    readers = [
        Feed(url, keys[0], 50),
        LongPoll(url, keys[1], 1000),
        Exchange(url, keys[2]),
        Exchange(url, keys[3]),
        Export(url, keys[4], 100),
    ]
    return readers, secrets


def _printed(running: Product, *arguments: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in running.manage(*arguments).splitlines())


def _start(running: Product, module: str, *arguments: str, out: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", f"ncii.tests.{module}", *arguments]
    env = running.env | {"DJANGO_SETTINGS_MODULE": "ncii.settings", "LOG_LEVEL": "CRITICAL"}
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=out, text=True)


@contextmanager
def _writers(
    running: Product, writers: int, seconds: float, promises: IO[str]
) -> Iterator[subprocess.Popen[str]]:
    process = _start(running, "chaos.writers", str(writers), str(seconds), out=promises)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _look(running: Product, *arguments: str) -> dict[str, Any]:
    out, _ = _start(running, "look_at_bank", *arguments, out=subprocess.PIPE).communicate()
    return dict(json.loads(out))


def _wait_until_quiet(running: Product) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    _look(running, "--hasten")
    while True:
        seen = _look(running)
        waiting = {name: seen[name] for name in ("unpublished", "behind", "due")}
        if not any(waiting.values()):
            return seen
        assert time.monotonic() < deadline, f"not settled: {waiting}\n{running.logs()[-5000:]}"
        time.sleep(1)


def _promised(promises: IO[str]) -> dict[str, str]:
    promised: dict[str, str] = {}
    promises.seek(0)
    for line in promises:
        promised |= json.loads(line)
    return promised


def _compare(promised: dict[str, str], seen: dict[str, Any], copies: dict[str, set[str]]) -> None:
    active = {value for value, (state, _) in seen["bank"].items() if state == "Active"}
    assert active == set(seen["claimed"]), "the feed is not what is claimed"
    kept = {value for value, state in promised.items() if state == "Active"}
    gone = {value for value, state in promised.items() if state == "Withdrawn"}
    assert kept <= active, f"{len(kept - active)} promised hashes are lost"
    assert not gone & active, f"{len(gone & active)} withdrawn hashes are active"
    for name, copy in copies.items():
        assert copy == active, (
            f"{name}: {len(active - copy)} missing, {len(copy - active)} too many"
        )


def _assert_heard(seen: dict[str, Any], receivers: list[Receiver], secrets: dict[str, str]) -> None:
    for receiver, (endpoint, secret) in zip(receivers, secrets.items(), strict=True):
        for got in receiver.got:
            Webhook(secret).verify(got.body, got.headers)
        heard = {got.headers["webhook-id"] for got in receiver.got}
        assert heard == set(seen["ids"][endpoint]), "a webhook is lost"
        for state, event in (("Active", "hashes.published"), ("Withdrawn", "hashes.withdrawn")):
            last = max((seq for kind, seq in seen["bank"].values() if kind == state), default=0)
            assert seen["rung"][endpoint][event] >= last, f"{event} was not heard to the end"
