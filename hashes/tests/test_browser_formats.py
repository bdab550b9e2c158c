"""Every format and inner kind: the browser's hash is that of the picture as displayed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from hashes.tests.hashing import distance, reference
from hashes.tests.samples.common import (
    bmp_samples,
    gif_samples,
    ico_samples,
    pcx_samples,
    tga_samples,
    xpm_samples,
)
from hashes.tests.samples.dicom import dicom_samples
from hashes.tests.samples.everyday import jpeg_samples, png_samples, webp_samples
from hashes.tests.samples.heif import avif_samples, heic_samples
from hashes.tests.samples.layered import miff_samples, psd_samples
from hashes.tests.samples.others import other_samples
from hashes.tests.samples.sample import Sample
from hashes.tests.samples.tiff import tiff_samples
from hashes.tests.samples.xcf import xcf_samples

pytestmark = pytest.mark.stateless

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "formats.md"
TABLE_START = "<!-- table: made by hashes/tests/test_browser_formats.py -->\n"
TABLE_HEAD = "| Format | Kind | Distance, bits |\n| --- | --- | --- |\n"
TABLE_END = "<!-- end of table -->\n"


def samples_of(format: str) -> list[Sample]:
    return [*WRITERS[format](), *other_samples(format)]


WRITERS: dict[str, Callable[[], Iterator[Sample]]] = {
    "JPEG": jpeg_samples,
    "PNG": png_samples,
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
    "DICOM": dicom_samples,
    "XCF": xcf_samples,
}
FORMATS: dict[str, Callable[[], list[Sample]]] = {
    format: partial(samples_of, format) for format in WRITERS
}


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, int]]:
    """Distances by format and kind, as the tests below find them."""
    return {}


@pytest.mark.parametrize("format", FORMATS)
def test_hash_is_that_of_the_picture_as_displayed(hashing_page, measured, format):
    samples = FORMATS[format]()
    results = hashing_page.hash_files([(sample.kind, sample.content) for sample in samples])
    told = {}
    for sample, result in zip(samples, results, strict=True):
        assert "error" not in result, f"{sample.kind}: {result}"
        wanted = reference(sample.rgb).value
        told[sample.kind] = distance(result["claims"][0]["value"], wanted)
    measured[format] = told
    limits = {sample.kind: sample.limit for sample in samples}
    assert {kind: bits for kind, bits in told.items() if bits > limits[kind]} == {}


def test_table_in_the_docs_is_what_was_measured(measured):
    if set(measured) != set(FORMATS):
        pytest.skip("only some formats were measured")
    table = "".join(
        f"| {format} | {kind} | {bits} |\n"
        for format in sorted(measured)
        for kind, bits in measured[format].items()
    )
    text = DOCUMENT.read_text()
    head, rest = text.split(TABLE_START)
    _, tail = rest.split(TABLE_END)
    wanted = f"{head}{TABLE_START}{TABLE_HEAD}{table}{TABLE_END}{tail}"
    if os.environ.get("WRITE_DOCS"):
        DOCUMENT.write_text(wanted)
    assert DOCUMENT.read_text() == wanted, "WRITE_DOCS=1 writes the table anew"


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
