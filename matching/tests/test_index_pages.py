"""A file that nobody has read since the boot answers at once, and never from a damaged page."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matching.index import builder, files, soundness
from matching.index.base import Base
from matching.index.codes import from_hex
from matching.index.layout import PAGE, Anchor, BadFile
from matching.index.live import LiveIndex
from matching.index.status import status_of
from matching.index.writer import write
from matching.tests.index_data import (
    add,
    batches,
    brute_force,
    clustered_values,
    random_values,
    truth,
)

VALUES = clustered_values(400)
QUERIES = [*VALUES[:3], *random_values(2, seed=5)]
TRUTH = brute_force(VALUES, QUERIES, 31)
POOL = sorted(set(clustered_values(70)))[:60]


@contextmanager
def nobody_reads_it_through(folder: Path) -> Iterator[None]:
    """Hold the place of the process that reads files through: others wait behind it."""
    folder.mkdir(exist_ok=True)
    lock = os.open(folder / "reading", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def found(base: Base) -> set[tuple[int, int, int]]:
    hits = base.search(from_hex(QUERIES), 31)
    rows = base.keys_of(hits.rows) - 1
    return set(zip(hits.queries.tolist(), rows.tolist(), hits.distances.tolist(), strict=True))


def flip(path: Path, at: int, change: int = 0x55) -> None:
    """Turn bits where the file lies, as a failing disk does."""
    with path.open("r+b") as file:
        byte = os.pread(file.fileno(), 1, at)[0]
        os.pwrite(file.fileno(), bytes([byte ^ change]), at)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "pdq-1.index"
    write(path, batches(VALUES), Anchor(7, 8))
    return path


@pytest.mark.stateless
def test_a_file_that_nobody_has_read_finds_all(sound: Path) -> None:
    base = Base.open(sound)
    assert not base.pages.whole
    assert found(base) == TRUTH


@pytest.mark.stateless
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150
)
@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
@example(place=0.0, change=1)
def test_wherever_a_byte_is_wrong_the_answer_is_whole_or_none(
    tmp_path: Path, sound: Path, place: float, change: int
) -> None:
    path = tmp_path / "pdq-1.index"
    path.write_bytes(sound.read_bytes())
    flip(path, PAGE + int(place * (path.stat().st_size - PAGE)), change)
    try:
        base = Base.open(path)
        assert found(base) == TRUTH
        with pytest.raises(BadFile, match="damaged body"):
            base.prove()
    except BadFile as error:
        assert str(error).startswith("damaged")


@pytest.mark.stateless
def test_every_page_that_an_answer_needs_is_looked_at(tmp_path: Path, sound: Path) -> None:
    """One after the other of the pages that the queries came to is torn: none goes unseen."""
    seen = Base.open(sound)
    found(seen)
    content = sound.read_bytes()
    needed = seen.pages._sound.nonzero()[0].tolist()
    assert len(needed) > 100
    path = tmp_path / "pdq-1.index"
    for page in needed[:: len(needed) // 60]:
        begin = (page + 1) * PAGE
        path.write_bytes(content[:begin] + bytes(PAGE) + content[begin + PAGE :])
        if path.read_bytes() == content:
            continue
        with pytest.raises(BadFile, match=f"damaged page {page + 1}"):
            found(Base.open(path))


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank of a few hashes gets a file too."""
    monkeypatch.setattr(builder, "SMALL_BANK", 1)


@pytest.fixture
def other_boot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in which the machine says which boot this is."""
    path = tmp_path / "boot"
    path.write_text("first")
    monkeypatch.setattr(soundness, "_BOOT", path)
    return path


def answers(index: LiveIndex) -> list[list[tuple[str, int]]]:
    return [sorted((m.value, m.distance) for m in each) for each in index.search(POOL)]


@pytest.mark.django_db
@pytest.mark.usefixtures("large")
def test_after_a_boot_the_file_answers_and_is_read_through_beside(
    tmp_path: Path, other_boot: Path
) -> None:
    add(*POOL)
    folder = tmp_path / "index"
    builder.build(folder)
    other_boot.write_text("second")
    index = LiveIndex(folder)
    with nobody_reads_it_through(folder):
        assert answers(index) == truth(POOL)
        view = index.view()
        assert view and view.base and not view.base.pages.whole
        assert status_of(index).source == "file"
    assert index.reader
    index.reader.join()
    assert view.base.pages.whole
    assert answers(index) == truth(POOL)
    again = LiveIndex(folder)
    assert answers(again) == truth(POOL)
    assert again.reader is None, "what one process has read, the next need not"


@pytest.mark.django_db
@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("where", [0.02, 0.05, 0.3, 0.6, 0.9, 0.999])
def test_a_file_torn_by_a_power_cut_gives_no_wrong_answer_and_is_set_aside(
    tmp_path: Path, other_boot: Path, where: float
) -> None:
    add(*POOL[:30])
    folder = tmp_path / "index"
    old = builder.build(folder)
    add(*POOL[30:])
    torn = builder.build(folder)
    assert old and torn
    flip(torn, int(where * torn.stat().st_size))
    other_boot.write_text("second")
    first, second = LiveIndex(folder), LiveIndex(folder)
    with nobody_reads_it_through(folder):
        assert answers(first) == truth(POOL)
    if first.reader:
        first.reader.join()
    assert answers(first) == truth(POOL)
    assert answers(second) == truth(POOL)
    for index in (first, second):
        seen = status_of(index)
        assert (seen.source, seen.rows_in_file, seen.rows_in_memory) == ("file", 30, 30)
        assert list(seen.rejected) == [torn.name]
        assert not seen.healthy
    assert files.generations(folder) == [old]


@pytest.mark.django_db
@pytest.mark.usefixtures("large")
def test_the_task_finds_damage_that_no_query_has_met(tmp_path: Path, other_boot: Path) -> None:
    add(*POOL)
    folder = tmp_path / "index"
    (first, torn) = builder.build(folder), builder.build(folder)
    assert first and torn
    builder.scrub(folder)
    assert files.generations(folder) == [torn, first]
    flip(torn, torn.stat().st_size // 2)
    other_boot.write_text("second")
    builder.scrub(folder)
    assert files.generations(folder) == [first]
    assert files.refused(folder) == {torn.name: "damaged body"}
    assert builder.due(folder) == ""
    index = LiveIndex(folder)
    assert answers(index) == truth(POOL)
    assert not status_of(index).healthy
    builder.build(folder)
    builder.build(folder)
    assert files.refused(folder) == {}
    assert answers(index) == truth(POOL)
    assert status_of(index).healthy


@pytest.mark.django_db
@pytest.mark.usefixtures("large")
def test_a_file_of_another_release_is_passed_over_without_alarm(tmp_path: Path) -> None:
    add(*POOL)
    path = builder.build(tmp_path)
    assert path
    content = bytearray(path.read_bytes())
    content[8:12] = (1).to_bytes(4, "little")
    path.write_bytes(content)
    index = LiveIndex(tmp_path)
    assert answers(index) == truth(POOL)
    assert (status_of(index).source, status_of(index).healthy) == ("memory", True)
    assert builder.due(tmp_path) == "no file"
    builder.scrub(tmp_path)
    assert files.generations(tmp_path) == [path]
