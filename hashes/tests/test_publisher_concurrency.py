"""The publisher loses nothing and repeats nothing, whoever writes and reads meanwhile.

Real processes, since a lost row is a matter of transactions that overlap: writers commit after
random pauses, two publishers race, and readers follow by cursor from the start.
"""

import multiprocessing as mp
import random
import secrets
import time
from datetime import date
from multiprocessing.sharedctypes import Synchronized
from typing import Any

import pytest
from django.db import connection, connections, transaction

from hashes import publisher
from hashes.models import Change, Claim, Hash, State
from hashes.publisher import publish
from hashes.selectors import feed_after
from hashes.services import SignalClaim, make_claims, withdraw_claims

WRITERS, CASES_EACH, READERS, PUBLISHERS = 16, 12, 2, 2
DAY = date(2026, 1, 2)


def _fresh_connection() -> None:
    connections.close_all()


def _write(writer: int, committed: "mp.Queue[Any]") -> None:
    _fresh_connection()
    chance = random.Random(writer)
    for _ in range(CASES_EACH):
        values = [secrets.token_hex(16) for _ in range(chance.randint(1, 8))]
        wanted = [SignalClaim("VideoMD5", value, "original") for value in values]
        with transaction.atomic():
            claims = make_claims(wanted, source="case", on=DAY)
            if connection.vendor == "postgresql":
                time.sleep(chance.random() * 0.1)
        state = State.ACTIVE
        if chance.random() < 0.3:
            with transaction.atomic():
                withdraw_claims(claims, on=DAY)
            state = State.WITHDRAWN
        for value in values:
            committed.put((value, state))
    connections.close_all()


def _publish(over: "Synchronized[int]") -> None:
    _fresh_connection()
    while not over.value:
        publish()
        time.sleep(0.005)
    publish()
    connections.close_all()


def _read(over: "Synchronized[int]", seen: "mp.Queue[Any]") -> None:
    _fresh_connection()
    cursor, copy, went_back = 0, {}, False
    while True:
        last_round = bool(over.value == 2)
        part = feed_after(cursor, limit=7)
        for held in part.hashes:
            went_back |= (held.seq or 0) <= cursor
            cursor = held.seq or 0
            copy[held.value] = held.published_state
        if last_round and not part.more:
            break
    connections.close_all()
    seen.put((copy, went_back))


def _start(context: Any, target: Any, *args: Any) -> Any:
    process = context.Process(target=target, args=args)
    process.start()
    return process


@pytest.mark.django_db(transaction=True)
def test_every_reader_ends_with_exactly_what_was_committed() -> None:
    context = mp.get_context("fork")
    connections.close_all()
    over = context.Value("i", 0)
    committed, seen = context.Queue(), context.Queue()
    publishers = [_start(context, _publish, over) for _ in range(PUBLISHERS)]
    readers = [_start(context, _read, over, seen) for _ in range(READERS)]
    writers = [_start(context, _write, n, committed) for n in range(WRITERS)]
    truth = _drain(committed, writers)
    over.value = 1
    for process in publishers:
        process.join()
    over.value = 2
    copies = [seen.get(timeout=60) for _ in readers]
    for process in readers:
        process.join()

    bank = dict(Hash.objects.filter(seq__isnull=False).values_list("value", "published_state"))
    active = {value for value, state in truth.items() if state == State.ACTIVE}
    assert {v for v, state in bank.items() if state == State.ACTIVE} == active
    for copy, went_back in copies:
        assert copy == bank
        assert not went_back
    _assert_log_is_whole()


def _drain(committed: Any, writers: list[Any]) -> dict[str, str]:
    truth: dict[str, str] = {}
    while any(process.is_alive() for process in writers) or not committed.empty():
        while not committed.empty():
            value, state = committed.get()
            truth[value] = state
        time.sleep(0.01)
    assert [process.exitcode for process in writers] == [0] * len(writers)
    return truth


def _assert_log_is_whole() -> None:
    assert not Change.objects.filter(seq__isnull=True).exists()
    places = sorted(change.seq or 0 for change in Change.objects.all())
    assert places == list(range(1, len(places) + 1))
    expected = Claim.objects.count() + Claim.objects.filter(withdrawn_on__isnull=False).count()
    assert len(places) == expected


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batches", [1, 10])
def test_order_and_time_do_not_show_which_hashes_came_together(
    batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "BATCH", 200 // batches)
    values = [[f"{case:016x}{n:016x}" for n in range(10)] for case in range(20)]
    for case in values:
        with transaction.atomic():
            make_claims(
                [SignalClaim("VideoMD5", value, "original") for value in case],
                source="case",
                on=DAY,
            )
    publish()
    feed = feed_after(0, limit=500).hashes
    assert len({held.published_at for held in feed}) == batches
    neighbours = sum(a.value[:16] == b.value[:16] for a, b in zip(feed, feed[1:], strict=False))
    # By chance 199 × 9/199 = 9 pairs stand side by side; in order of arrival it is 180.
    assert neighbours < 40


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batch", [publisher.BATCH, 20])
def test_changes_of_one_hash_keep_their_order(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "BATCH", batch)
    wanted = [SignalClaim("VideoMD5", f"{n:032x}", "original") for n in range(50)]
    with transaction.atomic():
        claims = make_claims(wanted, source="case", on=DAY)
    with transaction.atomic():
        withdraw_claims(claims, on=DAY)
    with transaction.atomic():
        make_claims(wanted, source="case", on=DAY)
    publish()
    for held in Hash.objects.all():
        rows = [change.seq or 0 for change in held.changes.order_by("id")]
        assert rows == sorted(rows)
        assert held.seq == rows[-1]
        assert held.published_state == State.ACTIVE
