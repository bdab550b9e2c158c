"""Processes that put hashes into the bank and take some out again, and now and then die.

    python -m ncii.tests.chaos.writers WRITERS SECONDS

Prints a line of JSON for each value: "?" before a transaction that touches it, its state once the
bank has committed. Who dies, or loses the database at COMMIT, leaves a "?": either is right then.
"""

import json
import multiprocessing
import os
import random
import secrets
import signal
import sys
import time
from typing import Any

import django

DEATHS = 0.01


def _say(values: list[str], state: str) -> None:
    line = json.dumps(dict.fromkeys(values, state)) + "\n"
    os.write(1, line.encode())


def _pause_or_die() -> None:
    time.sleep(random.random() * 0.1)
    if random.random() < DEATHS:
        os.kill(os.getpid(), signal.SIGKILL)


def _one_case() -> None:
    from django.db import transaction

    from hashes.services import SignalClaim, make_claims, withdraw_claims
    from ncii.lib.days import today

    values = [secrets.token_hex(16) for _ in range(random.randint(1, 8))]
    _say(values, "?")
    with transaction.atomic():
        wanted = [SignalClaim("VideoMD5", value, "original") for value in values]
        claims = make_claims(wanted, source="case", on=today())
        _pause_or_die()
    _say(values, "Active")
    if random.random() < 0.3:
        time.sleep(random.random())
        _say(values, "?")
        with transaction.atomic():
            withdraw_claims(claims, on=today())
            _pause_or_die()
        _say(values, "Withdrawn")


def _write(end: float) -> None:
    from django.db import Error, connections

    while time.time() < end:
        try:
            _one_case()
        except Error:
            connections.close_all()
            time.sleep(0.2)


def main(writers: int, seconds: float) -> None:
    django.setup()
    end = time.time() + seconds
    context = multiprocessing.get_context("fork")
    running: list[Any] = []
    while time.time() < end:
        running = [process for process in running if process.is_alive()]
        while len(running) < writers:
            running.append(context.Process(target=_write, args=(end,)))
            running[-1].start()
        time.sleep(0.1)
    for process in running:
        process.join()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
