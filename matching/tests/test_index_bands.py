"""No code within reach can hide: in some band it lies where the index looks."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.index.bands import FEWEST, MOST, Bands, bands_for, share_credits
from matching.index.codes import from_hex
from matching.tests.index_data import flipped, random_values

pytestmark = pytest.mark.stateless
COUNTS = range(FEWEST, MOST + 1)


@pytest.mark.parametrize("count", COUNTS)
def test_bands_share_all_bits_and_no_slot(count: int) -> None:
    bands = Bands(count)
    assert sum(bands.widths) == 256
    assert bands.widths == sorted(bands.widths, reverse=True)
    for width, first in zip(bands.widths, bands.first_slots, strict=False):
        assert first % (1 << width) == 0


@pytest.mark.parametrize("count", COUNTS)
def test_keys_are_the_bits_of_the_bands_in_order(count: int) -> None:
    bands = Bands(count)
    (value,) = random_values(1)
    (keys,) = bands.keys(from_hex([value])).tolist()
    bits = "".join(
        f"{key - first:0{width}b}"
        for key, first, width in zip(keys, bands.first_slots, bands.widths, strict=False)
    )
    assert bits == f"{int(value, 16):0256b}"


@pytest.mark.parametrize("radius", range(32))
@pytest.mark.parametrize("count", COUNTS)
def test_the_pigeonhole_needs_every_credit(count: int, radius: int) -> None:
    """One credit for each distance: r + 1 make r safe; one fewer would let an r hide."""
    assert sum(share_credits(Bands(count), radius)) == radius + 1


def test_eleven_bands_look_two_flips_far_in_ten_and_one_in_the_last() -> None:
    assert sorted(share_credits(Bands(11), 31)) == [2] + [3] * 10


def lies_where_we_look(bands: Bands, value: str, other: str, radius: int) -> bool:
    probes = bands.probes(radius)
    (ours,), (theirs,) = bands.keys(from_hex([value])), bands.keys(from_hex([other]))
    return bool(np.any((ours[probes.bands] ^ probes.flips) == theirs[probes.bands]))


@given(
    st.sampled_from(COUNTS),
    st.integers(0, 2**256 - 1),
    st.lists(st.integers(0, 255), max_size=31, unique=True),
)
def test_whatever_bits_differ_one_band_finds_it(count: int, number: int, bits: list[int]) -> None:
    value = f"{number:064x}"
    assert lies_where_we_look(Bands(count), value, flipped(value, bits), len(bits))


@pytest.mark.parametrize("radius", [10, 20, 31])
@pytest.mark.parametrize("count", COUNTS)
def test_the_most_even_spread_is_found_and_one_flip_more_hides(count: int, radius: int) -> None:
    """The worst case: each band differs in as many bits as it has credits, but for one bit."""
    bands, chance = Bands(count), random.Random(count)
    (value,) = random_values(1, seed=radius)
    first, spread = 0, []
    for width, credit in zip(bands.widths, share_credits(bands, radius), strict=True):
        spread += [255 - bit for bit in chance.sample(range(first, first + width), credit)]
        first += width
    assert len(spread) == radius + 1
    assert not lies_where_we_look(bands, value, flipped(value, spread), radius)
    for spared in range(len(spread)):
        near = flipped(value, spread[:spared] + spread[spared + 1 :])
        assert lies_where_we_look(bands, value, near, radius)


def test_larger_banks_get_fewer_bands() -> None:
    counts = [bands_for(10**power).count for power in range(9)]
    assert counts == sorted(counts, reverse=True)
    assert (counts[0], counts[-1]) == (MOST, FEWEST)
