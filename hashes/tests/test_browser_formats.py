"""Every format and inner kind: the browser's hash is that of the picture as displayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from hashes.tests.hashing import distance, reference
from hashes.tests.samples.heif import avif_samples, heic_samples
from hashes.tests.samples.sample import Sample

pytestmark = pytest.mark.stateless

FORMATS: dict[str, Callable[[], Iterator[Sample]]] = {
    "HEIC": heic_samples,
    "AVIF": avif_samples,
}


@pytest.mark.parametrize("format", FORMATS)
def test_hash_is_that_of_the_picture_as_displayed(hashing_page, format):
    samples = list(FORMATS[format]())
    results = hashing_page.hash_files([(sample.kind, sample.content) for sample in samples])
    told = {}
    for sample, result in zip(samples, results, strict=True):
        wanted = reference(sample.rgb)
        claim = result.get("claims", [None])[0]
        told[sample.kind] = distance(claim["value"], wanted.value) if claim else result
    limits = {sample.kind: sample.limit for sample in samples}
    assert {kind: bits for kind, bits in told.items() if not is_within(bits, limits[kind])} == {}


def is_within(bits: object, limit: int) -> bool:
    return isinstance(bits, int) and bits <= limit
