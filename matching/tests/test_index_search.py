"""The index finds exactly what comparing every hash with every query finds."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.index import base as base_module
from matching.index.bands import Bands
from matching.index.base import Base
from matching.index.codes import Hits, differing, from_hex, near, to_hex
from matching.index.layout import Anchor
from matching.index.recent import Recent
from matching.index.writer import write
from matching.tests.index_data import (
    batches,
    brute_force,
    clustered_values,
    flipped,
    picture_values,
    random_values,
)

pytestmark = pytest.mark.stateless

VALUES = random_values(1500) + clustered_values(1500) + picture_values()
# Those in the bank, those at every distance from one that is, and strangers.
QUERIES = [
    *VALUES[:20],
    *VALUES[1500:1560],
    *picture_values()[::4],
    *(flipped(VALUES[bits], range(0, 8 * bits, 8)) for bits in range(33)),
    *random_values(20, seed=9),
]
TRUTH = brute_force(VALUES, QUERIES, 31)


def triples(hits: Hits) -> set[tuple[int, int, int]]:
    return set(zip(hits.queries.tolist(), hits.rows.tolist(), hits.distances.tolist(), strict=True))


def make(folder: Path, values: list[str], bands: Bands | None = None) -> Base:
    path = folder / "pdq-1.index"
    write(path, batches(values), Anchor(1, 1), bands)
    return Base.open(path)


@pytest.fixture(scope="module", params=[11, 13, 16])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Base:
    return make(tmp_path_factory.mktemp("index"), VALUES, Bands(request.param))


def test_the_data_has_something_at_every_distance() -> None:
    assert {distance for _, _, distance in TRUTH} == set(range(32))


@pytest.mark.parametrize("radius", range(32))
def test_recall_and_precision_are_whole_at_every_distance(base: Base, radius: int) -> None:
    expected = {hit for hit in TRUTH if hit[2] <= radius}
    assert triples(base.search(from_hex(QUERIES), radius)) == expected


def test_one_query_at_a_time_finds_the_same(base: Base) -> None:
    found = set()
    for number, query in enumerate(QUERIES):
        hits = base.search(from_hex([query]), 31)
        assert set(hits.queries.tolist()) <= {0}
        found |= {(number, row, distance) for _, row, distance in triples(hits)}
    assert found == TRUTH


def test_keys_and_codes_come_back_as_they_went_in(base: Base) -> None:
    assert to_hex(base.codes) == VALUES
    assert base.keys.tolist() == list(range(1, len(VALUES) + 1))


@pytest.mark.parametrize("radius", [0, 7, 31])
def test_memory_finds_the_same_as_the_file(radius: int) -> None:
    recent = Recent.empty()
    for batch in batches(VALUES, each=700):
        recent = recent.plus(batch)
    expected = {hit for hit in TRUTH if hit[2] <= radius}
    assert triples(recent.search(from_hex(QUERIES), radius)) == expected


def test_a_slot_that_thousands_share_is_searched_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base_module, "_MOST_AT_ONCE", 500)
    (centre,) = random_values(1)
    values = [flipped(centre, [row % 256, (row * 7) % 256]) for row in range(2000)]
    base = make(tmp_path, values)
    queries = [centre, values[5], *random_values(3, seed=4)]
    assert triples(base.search(from_hex(queries), 31)) == brute_force(values, queries, 31)


def test_rows_sorted_in_parts_give_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = make(tmp_path, VALUES)
    monkeypatch.setattr("matching.index.writer._SORTED_AT_ONCE", 700)
    (tmp_path / "parts").mkdir()
    parts = make(tmp_path / "parts", VALUES)
    assert np.array_equal(whole.slots, parts.slots)
    assert np.array_equal(whole.postings, parts.postings)


def test_an_older_reader_does_not_see_what_came_after_it() -> None:
    first, second = batches(random_values(200), each=100)
    older = Recent.empty().plus(first)
    newer = older.plus(second)
    assert (older.count, newer.count) == (100, 200)
    assert older.keys.tolist() == list(range(1, 101))
    assert newer.keys.tolist() == list(range(1, 201))


def test_the_opposite_of_a_hash_is_not_near_it() -> None:
    """All 256 bits differ: a count that wraps at 256 would say none does."""
    (value,) = random_values(1)
    assert triples(near(from_hex([value]), from_hex([flipped(value, range(256))]), 31)) == set()
    rows, counts = differing(from_hex(["f" * 64, "0" * 64]), 255)
    assert (rows.tolist(), counts.tolist()) == ([1], [0])


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50
)
@given(st.data())
def test_any_bank_answers_any_query_exactly(tmp_path: Path, data: st.DataObject) -> None:
    centre = data.draw(st.integers(0, 2**256 - 1))
    bits = st.lists(st.integers(0, 255), max_size=64, unique=True)
    around = bits.map(lambda flips: flipped(f"{centre:064x}", flips))
    values = data.draw(st.lists(around, max_size=12))
    queries = data.draw(st.lists(around, min_size=1, max_size=4))
    radius = data.draw(st.integers(0, 31))
    base = make(tmp_path, values)
    assert triples(base.search(from_hex(queries), radius)) == brute_force(values, queries, radius)


@pytest.mark.parametrize("value", ["", "0" * 63, "0" * 65, "g" * 64, "0" * 62 + "  ", "é" * 64])
def test_what_is_no_pdq_hash_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        from_hex([*random_values(1), value])
