"""The photographs of tests: pictures that are apart for every test, and near for their copies."""

from itertools import combinations

from skimage import data

from hashes.signal_types import ImagePDQ
from partners.tests.photos import copy_of, one_of_a_kind, pdq_hex


def test_each_is_far_from_every_other_and_near_its_copy():
    photographs = [one_of_a_kind(data.astronaut()) for _ in range(12)]
    values = [pdq_hex(each) for each in photographs]
    assert all(ImagePDQ.distance(*pair) > 40 for pair in combinations(values, 2))
    for value, photograph in zip(values, photographs, strict=True):
        assert ImagePDQ.distance(value, pdq_hex(copy_of(photograph))) <= 31
