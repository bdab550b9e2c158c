"""Every format and inner kind: the browser's hash is that of the picture as displayed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from hashes.tests.hashing import distance, reference
from hashes.tests.samples.common import (
    bmp_samples,
    cmyk_samples,
    gif_samples,
    ico_samples,
    pcx_samples,
    tga_samples,
    webp_samples,
    xpm_samples,
)
from hashes.tests.samples.heif import avif_samples, heic_samples
from hashes.tests.samples.layered import miff_samples, psd_samples
from hashes.tests.samples.sample import Sample
from hashes.tests.samples.tiff import tiff_samples

pytestmark = pytest.mark.stateless

FORMATS: dict[str, Callable[[], Iterator[Sample]]] = {
    "HEIC": heic_samples,
    "AVIF": avif_samples,
    "WebP": webp_samples,
    "GIF": gif_samples,
    "TIFF": tiff_samples,
    "BMP": bmp_samples,
    "ICO": ico_samples,
    "TGA": tga_samples,
    "PCX": pcx_samples,
    "XPM": xpm_samples,
    "PSD": psd_samples,
    "MIFF": miff_samples,
    "JPEG": cmyk_samples,
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


# What is said of a file that goes on after its first picture, or that says its own length nowhere.
CUT = ("truncated", "damaged")


@pytest.mark.parametrize("format", FORMATS)
def test_file_that_was_cut_is_refused(hashing_page, format):
    samples = [sample for sample in FORMATS[format]() if not has_more_than_one(sample.kind)]
    files = [
        (f"{sample.kind} at {part}", sample.content[: int(len(sample.content) * part)])
        for sample in samples
        for part in (0.3, 0.6, 0.9)
    ]
    results = hashing_page.hash_files(files)
    told = {name: result.get("error") for (name, _), result in zip(files, results, strict=True)}
    assert {name: code for name, code in told.items() if code not in CUT} == {}


def has_more_than_one(kind: str) -> bool:
    return any(word in kind for word in ("animated", "several"))
