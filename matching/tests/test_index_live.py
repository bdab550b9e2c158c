"""What a process answers while the bank and the folder of files change under it."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import matching.index
from hashes.models import Claim, Hash, Holder
from hashes.publisher import leap, publish
from hashes.services import delete_claims, forget_hashes, lift, suspend
from matching.index import bank, builder, files
from matching.index.base import Base
from matching.index.live import LiveIndex
from matching.index.status import IndexStatus, status_of
from matching.tests.index_data import (
    DAY,
    add,
    clustered_values,
    flipped,
    picture_values,
    random_values,
    truth,
    withdraw,
)

POOL = sorted(set(clustered_values(70)))[:60]
NEWCOMER, STRANGER = random_values(2, seed=77)


@pytest.fixture(autouse=True)
def every_bank_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank of a few hashes gets a file too."""
    monkeypatch.setattr(builder, "SMALL_BANK", 1)


def answers(index: LiveIndex, queries: list[str], radius: int = 31) -> list[list[tuple[str, int]]]:
    found = index.search(queries, radius)
    return [sorted((match.value, match.distance) for match in matches) for matches in found]


def status(index: LiveIndex) -> IndexStatus:
    return status_of(index)


@pytest.mark.django_db
def test_an_empty_bank_answers_nothing(tmp_path: Path) -> None:
    index = LiveIndex(tmp_path)
    assert index.search([STRANGER]) == [[]]
    assert index.search([]) == []
    assert builder.build(tmp_path) is None
    assert status(index).source == "empty"


@pytest.mark.django_db
@pytest.mark.parametrize("with_file", [True, False])
def test_the_whole_bank_is_found_with_and_without_a_file(tmp_path: Path, with_file: bool) -> None:
    add(*POOL)
    if with_file:
        builder.build(tmp_path)
    index = LiveIndex(tmp_path)
    queries = [*POOL, STRANGER]
    for radius in (0, 15, 31):
        assert answers(index, queries, radius) == truth(queries, radius)
    assert status(index).source == ("file" if with_file else "memory")


@pytest.mark.django_db
def test_every_distance_is_exact_over_file_memory_and_what_has_gone(tmp_path: Path) -> None:
    """Photographs and their altered copies: some in the file, some since, some withdrawn."""
    photos = sorted(set(picture_values()))
    near = [flipped(photos[bits], range(0, 7 * bits, 7)) for bits in range(33)]
    first = add(*photos[::2], *near[::2])
    builder.build(tmp_path)
    add(*photos[1::2], *near[1::2])
    withdraw(*first[::5])
    index = LiveIndex(tmp_path)
    queries = [*photos[::6], *near, STRANGER]
    seen = set()
    for radius in range(32):
        expected = truth(queries, radius)
        assert answers(index, queries, radius) == expected
        seen |= {distance for each in expected for _, distance in each}
    assert (status(index).source, status(index).rows_in_memory > 0) == ("file", True)
    assert len(seen & set(range(32))) > 15


@pytest.mark.django_db
def test_matches_come_nearest_first_with_the_hash_they_name(tmp_path: Path) -> None:
    near, far = flipped(NEWCOMER, [0, 1]), flipped(NEWCOMER, range(31))
    add(far, near)
    first, second = LiveIndex(tmp_path).search([NEWCOMER])[0]
    assert (first.value, first.distance) == (near, 2)
    assert (second.value, second.distance) == (far, 31)
    assert first.hash_pk == Hash.objects.get(value=near).pk


@pytest.mark.django_db
@pytest.mark.parametrize("with_file", [True, False])
def test_publishing_and_withdrawing_are_seen_at_the_next_query(
    tmp_path: Path, with_file: bool
) -> None:
    first, *_ = add(*POOL)
    if with_file:
        builder.build(tmp_path)
    index = LiveIndex(tmp_path)
    assert answers(index, [NEWCOMER]) == [[]]
    (claim,) = add(NEWCOMER)
    assert answers(index, [NEWCOMER]) == [[(NEWCOMER, 0)]]
    withdraw(claim, first)
    assert answers(index, [NEWCOMER, POOL[0]], 0) == [[], []]
    add(NEWCOMER, POOL[0])
    assert answers(index, [NEWCOMER, POOL[0]], 0) == [[(NEWCOMER, 0)], [(POOL[0], 0)]]


@pytest.mark.django_db
def test_what_is_not_published_is_not_found(tmp_path: Path) -> None:
    add(*POOL)
    held = Hash.objects.get(value=POOL[0])
    index = LiveIndex(tmp_path)
    with transaction.atomic():
        suspend(held, Holder.STAFF, "a test")
    assert answers(index, [POOL[0]], 0) == [[(POOL[0], 0)]]
    publish()
    assert answers(index, [POOL[0]], 0) == [[]]


@pytest.mark.django_db
def test_a_new_file_is_taken_up_and_the_memory_emptied(tmp_path: Path) -> None:
    add(*POOL[:30])
    index = LiveIndex(tmp_path)
    answers(index, POOL)
    assert (status(index).source, status(index).rows_in_memory) == ("memory", 30)
    first = builder.build(tmp_path)
    add(*POOL[30:])
    assert answers(index, POOL) == truth(POOL)
    assert (status(index).rows_in_file, status(index).rows_in_memory) == (30, 30)
    second = builder.build(tmp_path)
    assert answers(index, POOL) == truth(POOL)
    assert (status(index).rows_in_file, status(index).rows_in_memory) == (60, 0)
    assert files.generations(tmp_path) == [second, first]


@pytest.mark.django_db
def test_the_files_can_go_at_any_time(tmp_path: Path) -> None:
    add(*POOL)
    builder.build(tmp_path)
    index = LiveIndex(tmp_path / ".")
    answers(index, POOL)
    files.sweep(tmp_path, keep=0)
    add(NEWCOMER)
    queries = [*POOL, NEWCOMER]
    assert answers(index, queries) == truth(queries)
    assert answers(LiveIndex(tmp_path), queries) == truth(queries)
    assert builder.due(tmp_path) == "no file"


@pytest.mark.django_db
def test_a_torn_file_is_passed_over_for_the_one_before_it(tmp_path: Path) -> None:
    add(*POOL[:30])
    builder.build(tmp_path)
    add(*POOL[30:])
    newest = builder.build(tmp_path)
    assert newest
    newest.write_bytes(newest.read_bytes()[:-5])
    index = LiveIndex(tmp_path)
    assert answers(index, POOL) == truth(POOL)
    seen = status(index)
    assert (seen.source, seen.rows_in_file, seen.rows_in_memory) == ("file", 30, 30)
    assert list(seen.rejected) == [newest.name]
    assert not seen.healthy
    builder.build(tmp_path)
    assert answers(index, POOL) == truth(POOL)
    assert status(index).rows_in_file == 60


@pytest.mark.django_db
def test_a_file_that_proves_broken_while_in_use_is_left(tmp_path: Path) -> None:
    """Damage that no check could see before: the arrays themselves lead out of the file."""
    add(*POOL)
    builder.build(tmp_path)
    index = LiveIndex(tmp_path)
    view = index.view()
    assert view and view.base
    postings = view.base.postings.copy()
    postings[:] = 2**31
    object.__setattr__(view.base, "postings", postings)
    assert answers(index, POOL) == truth(POOL)
    assert status(index).source == "memory"
    assert list(status(index).rejected.values())[0].startswith("leads out of itself")


@pytest.mark.django_db
def test_a_file_of_another_bank_is_not_used(tmp_path: Path) -> None:
    """A bank restored from a backup: its feed passes the file's place again, with other rows."""
    with transaction.atomic():
        add(*POOL)
        lost = builder.build(tmp_path)
        assert lost
        transaction.set_rollback(True)
    add(*reversed(POOL), NEWCOMER)
    index = LiveIndex(tmp_path)
    queries = [*POOL, NEWCOMER]
    assert answers(index, queries) == truth(queries)
    assert status(index).rejected == {lost.name: "made from another feed"}
    assert builder.due(tmp_path) == "no file"
    builder.build(tmp_path)
    assert answers(index, queries) == truth(queries)
    assert status(index).source == "file"


@pytest.mark.django_db
def test_a_file_outlives_the_erasure_of_the_place_it_was_made_at(tmp_path: Path) -> None:
    """The last change before the file was made is a deletion, and every partner has heard it."""
    _, gone = add(*POOL), add(NEWCOMER)
    with transaction.atomic():
        delete_claims(gone, on=DAY)
    publish()
    builder.build(tmp_path)
    index = LiveIndex(tmp_path)
    answers(index, POOL)
    with transaction.atomic():
        assert forget_hashes(Hash.objects.filter(value=NEWCOMER).values_list("pk", flat=True)) == 1
    for _ in range(2):
        for each in (index, LiveIndex(tmp_path)):
            assert answers(each, [*POOL, STRANGER]) == truth([*POOL, STRANGER])
            assert (status(each).source, status(each).healthy) == ("file", True)
        assert builder.due(tmp_path) == ""
        add(STRANGER)


@pytest.mark.django_db
def test_a_process_notices_that_the_bank_was_restored_under_it(tmp_path: Path) -> None:
    index = LiveIndex(tmp_path)
    with transaction.atomic():
        add(*POOL)
        answers(index, POOL)
        transaction.set_rollback(True)
    assert answers(index, POOL) == [[] for _ in POOL]
    add(NEWCOMER, *reversed(POOL))
    assert answers(index, POOL) == truth(POOL)


@pytest.mark.django_db
def test_a_file_from_before_a_restore_is_of_no_use_after_the_leap(tmp_path: Path) -> None:
    add(*POOL[:20])
    with transaction.atomic():
        add(*POOL[20:])
        builder.build(tmp_path)
        transaction.set_rollback(True)
    leap()
    add(NEWCOMER)
    index = LiveIndex(tmp_path)
    assert answers(index, [*POOL, NEWCOMER]) == truth([*POOL, NEWCOMER])
    assert status(index).source != "file"


@pytest.mark.django_db
def test_a_file_is_due_when_there_is_none_or_much_has_changed_or_a_day_has_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert builder.due(tmp_path) == ""
    add(*POOL)
    monkeypatch.setattr(builder, "SMALL_BANK", len(POOL) + 1)
    assert builder.due(tmp_path) == ""
    monkeypatch.setattr(builder, "SMALL_BANK", len(POOL))
    assert builder.due(tmp_path) == "no file"
    builder.build(tmp_path)
    assert builder.due(tmp_path) == ""
    monkeypatch.setattr(builder, "MOST_CHANGES", 2)
    add(NEWCOMER)
    assert builder.due(tmp_path) == ""
    add(STRANGER)
    assert builder.due(tmp_path) == "many changes"
    builder.build(tmp_path)
    assert builder.due(tmp_path) == ""
    monkeypatch.setattr(builder, "OLDEST_US", 0)
    assert builder.due(tmp_path) == "a day old"


@pytest.mark.django_db
def test_a_file_of_a_day_that_is_yet_to_come_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(*POOL)
    monkeypatch.setattr(builder, "SMALL_BANK", len(POOL))
    path = builder.build(tmp_path)
    assert path is not None
    # As a clock that ran a year ahead wrote it, before somebody set it right.
    header = Base.open(path).header
    ahead = replace(header, built_us=header.built_us + 365 * builder.OLDEST_US)
    with path.open("r+b") as file:
        file.write(ahead.pack())
    assert builder.due(tmp_path) != ""


@pytest.mark.django_db
def test_a_bank_that_has_become_small_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = add(*POOL)
    builder.build(tmp_path)
    withdraw(*claims[1:])
    monkeypatch.setattr(builder, "SMALL_BANK", 2)
    assert builder.build(tmp_path) is None
    assert files.generations(tmp_path) == []
    assert answers(LiveIndex(tmp_path), POOL) == truth(POOL)


@pytest.mark.django_db
def test_a_failed_build_leaves_the_old_file_and_tells_staff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(*POOL)
    old = builder.build(tmp_path)

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr("matching.index.writer.os.posix_fallocate", full)
        builder.build(tmp_path)
    index = LiveIndex(tmp_path)
    assert status(index).last_failure == "OSError: [Errno 28] No space left on device"
    assert files.generations(tmp_path) == [old]
    assert not list(tmp_path.glob("*.building"))
    builder.build(tmp_path)
    assert status(index).healthy


@pytest.mark.django_db
def test_the_same_hash_told_again_and_again_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.index.live._ROOM", 10)
    add(*POOL[:5])
    index = LiveIndex(tmp_path)
    for _ in range(60):
        add(POOL[0])
        answers(index, POOL[:1])
        assert status(index).rows_in_memory <= 2 * 5 + 10 + 1
    assert answers(index, POOL) == truth(POOL)


@pytest.mark.django_db
def test_a_distance_beyond_reach_and_a_malformed_value_are_refused(tmp_path: Path) -> None:
    for distance in (-1, 32):
        with pytest.raises(ValueError, match="distance"):
            LiveIndex(tmp_path).search([STRANGER], distance)
    with pytest.raises(ValueError, match="hexadecimal"):
        LiveIndex(tmp_path).search([STRANGER[:-1]])


@pytest.mark.django_db
def test_the_one_way_in_answers_from_this_installation() -> None:
    add(NEWCOMER)
    ((match,),) = matching.index.search([flipped(NEWCOMER, [3])])
    assert (match.value, match.distance) == (NEWCOMER, 1)
    assert matching.index.status().head == bank.head().at.seq  # type: ignore[union-attr]


STEPS = st.one_of(
    st.tuples(st.just("add"), st.lists(st.sampled_from(POOL), min_size=1, max_size=6)),
    st.tuples(st.just("withdraw"), st.integers(0, 20)),
    st.tuples(st.just("suspend"), st.integers(0, 20)),
    st.tuples(st.just("build"), st.none()),
    st.tuples(st.just("delete files"), st.none()),
    st.tuples(st.just("tear newest"), st.integers(0, 10_000)),
    st.tuples(st.just("start anew"), st.none()),
)


class Walk:
    """One index over a bank to which all sorts of things happen."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.index = folder, LiveIndex(folder)
        self.claims: list[Claim] = []

    def step(self, what: str, argument: object) -> None:
        getattr(self, "_" + what.replace(" ", "_"))(argument)

    def _add(self, values: list[str]) -> None:
        self.claims += add(*set(values))

    def _withdraw(self, number: int) -> None:
        if self.claims:
            withdraw(self.claims.pop(number % len(self.claims)))

    def _suspend(self, number: int) -> None:
        held = Hash.objects.order_by("pk")[number : number + 1].first()
        if held:
            with transaction.atomic():
                lift(held) if held.suspended else suspend(held, Holder.STAFF, "a test")
            publish()

    def _build(self, _: None) -> None:
        builder.build(self.folder)

    def _delete_files(self, _: None) -> None:
        files.sweep(self.folder, keep=0)

    def _tear_newest(self, at: int) -> None:
        for path in files.generations(self.folder)[:1]:
            # A new file under the old name, as a copying tool leaves it: an open index keeps
            # the one that it has mapped.
            content = bytearray(path.read_bytes())
            content[at * len(content) // 10_001] ^= 0x55
            path.unlink()
            path.write_bytes(content)

    def _start_anew(self, _: None) -> None:
        self.index = LiveIndex(self.folder)


@pytest.mark.django_db
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(steps=st.lists(STEPS, min_size=1, max_size=10))
def test_whatever_happens_the_answer_is_the_database_s(
    tmp_path: Path, steps: list[tuple[str, object]]
) -> None:
    """Each example is rolled back, so folder and process go on to a bank with another past."""
    walk = _walks.setdefault(tmp_path, Walk(tmp_path))
    queries = [*POOL[::3], STRANGER]
    with transaction.atomic():
        walk.claims = []
        for what, argument in steps:
            walk.step(what, argument)
            assert answers(walk.index, queries) == truth(queries)
        transaction.set_rollback(True)


_walks: dict[Path, Walk] = {}
