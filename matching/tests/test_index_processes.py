"""Several processes on one folder: each sees what is published; one may die while it builds."""

import multiprocessing as mp
import os
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from matching.index import bank, builder, files, writer
from matching.index.live import LiveIndex
from matching.index.status import status_of
from matching.tests.index_data import add, clustered_values, random_values, truth, withdraw

POOL = sorted(set(clustered_values(70)))[:60]
(NEWCOMER,) = random_values(1, seed=77)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def every_bank_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "SMALL_BANK", 1)


def _answer(folder: Path, end: Connection) -> None:
    """Answer each list of values that comes in with what is found, and from where."""
    connections.close_all()
    index = LiveIndex(folder)
    while values := end.recv():
        found = index.search(values)
        answers = [sorted((match.value, match.distance) for match in each) for each in found]
        end.send((answers, status_of(index).source))
    connections.close_all()


class Searcher:
    """Another process that has the index open."""

    def __init__(self, folder: Path) -> None:
        self.end, other = mp.Pipe()
        self.process = mp.get_context("fork").Process(target=_answer, args=(folder, other))
        self.process.start()

    def search(self, values: list[str]) -> tuple[list[list[tuple[str, int]]], str]:
        self.end.send(values)
        assert self.end.poll(30)
        answer: tuple[list[list[tuple[str, int]]], str] = self.end.recv()
        return answer

    def stop(self) -> None:
        self.end.send([])
        self.process.join(30)
        assert self.process.exitcode == 0


def start(folder: Path, count: int) -> list[Searcher]:
    connections.close_all()
    return [Searcher(folder) for _ in range(count)]


def test_every_process_sees_what_is_published_and_withdrawn_without_a_rebuild(
    tmp_path: Path,
) -> None:
    first, *_ = add(*POOL)
    builder.build(tmp_path)
    searchers = start(tmp_path, 2)
    queries = [*POOL, NEWCOMER]
    for searcher in searchers:
        assert searcher.search(queries) == (truth(queries), "file")
    (claim,) = add(NEWCOMER)
    for searcher in searchers:
        assert searcher.search([NEWCOMER])[0] == [[(NEWCOMER, 0)]]
    withdraw(claim, first)
    for searcher in searchers:
        assert searcher.search(queries)[0] == truth(queries)
        assert searcher.search([NEWCOMER])[0] == [[]]
    assert len(files.generations(tmp_path)) == 1
    for searcher in searchers:
        searcher.stop()


def test_processes_go_on_through_rebuilds_and_lost_files(tmp_path: Path) -> None:
    add(*POOL[:20])
    (searcher,) = start(tmp_path, 1)
    assert searcher.search(POOL) == (truth(POOL), "memory")
    builder.build(tmp_path)
    add(*POOL[20:40])
    assert searcher.search(POOL) == (truth(POOL), "file")
    for _ in range(files.KEPT + 1):
        builder.build(tmp_path)
    files.sweep(tmp_path, keep=0)
    add(*POOL[40:])
    assert searcher.search(POOL) == (truth(POOL), "file")
    searcher.stop()


def _build_and_hang(folder: Path, where: str, reached: Any) -> None:
    connections.close_all()

    def hang(*args: object, **kwargs: object) -> None:
        reached.set()
        time.sleep(60)

    def hang_after_the_first(batches: Any) -> Any:
        yield next(batches)
        hang()

    patch = pytest.MonkeyPatch()
    if where == "reading":
        batches = bank.active()
        patch.setattr(bank, "active", lambda: hang_after_the_first(batches))
    elif where == "sorting":
        patch.setattr(writer, "_runs", hang)
    else:
        patch.setattr(files, "put", hang)
    builder.build(folder)


@pytest.mark.parametrize("where", ["reading", "sorting", "naming"])
def test_a_builder_killed_at_work_leaves_the_old_file_and_the_way_free(
    tmp_path: Path, where: str
) -> None:
    add(*POOL[:30])
    old = builder.build(tmp_path)
    add(*POOL[30:])
    (searcher,) = start(tmp_path, 1)
    context = mp.get_context("fork")
    reached = context.Event()
    victim = context.Process(target=_build_and_hang, args=(tmp_path, where, reached))
    victim.start()
    assert reached.wait(30)
    assert builder.build(tmp_path) is None, "one builds at a time"
    assert victim.pid
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()

    assert files.generations(tmp_path) == [old]
    assert len(list(tmp_path.glob("*.building"))) == 1
    assert searcher.search(POOL) == (truth(POOL), "file")
    searcher.stop()
    new = builder.build(tmp_path)
    assert files.generations(tmp_path) == [new, old]
    assert not list(tmp_path.glob("*.building"))
    index = LiveIndex(tmp_path)
    index.search(POOL)
    assert (status_of(index).rows_in_file, status_of(index).rows_in_memory) == (60, 0)


def test_nothing_is_missed_while_a_file_is_made_and_the_bank_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashes that come and go between the reading of one batch and the next."""
    claims = add(*POOL[:40])
    monkeypatch.setattr(bank, "_BATCH", 10)
    whole = bank.active

    def while_others_write() -> Any:
        for number, batch in enumerate(whole()):
            yield batch
            withdraw(claims[number], claims[39 - number])
            add(POOL[40 + number])

    monkeypatch.setattr(bank, "active", while_others_write)
    builder.build(tmp_path)
    index = LiveIndex(tmp_path)
    found = [sorted((m.value, m.distance) for m in each) for each in index.search(POOL)]
    assert found == truth(POOL)
    assert status_of(index).source == "file"
