"""Videos of any container get the MD5 of the file, streamed."""

from __future__ import annotations

import hashlib
import random

import pytest

from hashes.tests.hashing import HashingPage
from hashes.tests.memory import PeakMemory

pytestmark = pytest.mark.stateless


def box(brand: bytes) -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x02\x00" + brand + b"mp41"


CONTAINERS = {
    "mp4": box(b"isom"),
    "mp4 of a phone": box(b"mp42"),
    "m4v": box(b"M4V "),
    "mov": box(b"qt  "),
    "3gp": box(b"3gp5"),
    "old QuickTime": b"\x00\x00\x00\x08wide\x00\x10\x00\x00mdat",
    "mkv and webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01",
    "avi": b"RIFF\x00\x00\x10\x00AVI LIST",
    "wmv": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
}


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 65536, 500_001])
def test_md5_equals_hashlib(hashing_page: HashingPage, size: int):
    noise = random.Random(size).randbytes(size)
    files = [(name, head + noise) for name, head in CONTAINERS.items()]
    results = hashing_page.hash_files(files)
    for (name, content), result in zip(files, results, strict=True):
        assert result == {
            "kind": "video",
            "claims": [
                {
                    "signal": "VideoMD5",
                    "value": hashlib.md5(content).hexdigest(),
                    "quality": None,
                    "variant": "original",
                }
            ],
        }, name


def test_large_video_reports_its_progress(hashing_page: HashingPage, tmp_path):
    video = tmp_path / "holiday.mp4"
    with video.open("wb") as out:
        out.write(CONTAINERS["mp4"])
        out.truncate(200_000_000)
    hashing_page.page.set_input_files("input", str(video))
    value, fractions = hashing_page.page.evaluate(
        """async () => {
          const { Hasher } = await import("/hashes/hasher.js");
          const fractions = [];
          const onProgress = (fraction) => fractions.push(fraction);
          const [file] = document.querySelector("input").files;
          const result = await new Hasher().hash(file, { onProgress });
          return [result.claims[0].value, fractions];
        }"""
    )
    with video.open("rb") as content:
        assert value == hashlib.file_digest(content, "md5").hexdigest()
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert len(fractions) > 20


FOUR_GB = 4_000_000_000
# Of the MP4 head above, then zeros; by md5sum.
FOUR_GB_MD5 = "556ae923a7c9cffcde350411221dab16"
FLAT_MB = 150

_CANCEL = """async () => {
  const { Hasher } = await import("/hashes/hasher.js");
  const hasher = new Hasher();
  const [file] = document.querySelector("input").files;
  const stop = new AbortController();
  const onProgress = () => stop.abort();
  const code = await hasher.hash(file, { signal: stop.signal, onProgress })
    .catch((error) => error.code);
  return [code, (await hasher.hash(file.slice(0, 99))).kind];
}"""


@pytest.fixture(scope="module")
def four_gb(tmp_path_factory):
    """A sparse file: it takes no room on the disk."""
    path = tmp_path_factory.mktemp("video") / "film.mp4"
    with path.open("wb") as out:
        out.write(CONTAINERS["mp4"])
        out.truncate(FOUR_GB)
    return path


def test_four_gigabytes_take_no_memory(hashing_page: HashingPage, four_gb):
    with PeakMemory() as memory:
        (result,) = hashing_page.hash_paths([four_gb])
    assert result["claims"][0]["value"] == FOUR_GB_MD5
    assert memory.peak_mb < FLAT_MB


def test_large_video_is_cancelled_and_the_next_file_goes_on(hashing_page: HashingPage, four_gb):
    hashing_page.page.set_input_files("input", str(four_gb))
    assert hashing_page.page.evaluate(_CANCEL) == ["cancelled", "video"]


# A file whose first `stalls` streams give a thousand bytes and then nothing, without an end.
_READ_WHAT_STALLS = """async ({ size, stalls }) => {
  const { eachPiece } = await import("/hashes/worker/pieces.js");
  const content = Uint8Array.from({ length: size }, (_, index) => index % 251);
  let streams = 0;
  const stalling = (blob) => new ReadableStream({
    start: async (controller) => controller.enqueue(await blob.slice(0, 1000).bytes()),
  });
  const from = (blob) => ({
    size: blob.size,
    slice: (start) => from(blob.slice(start)),
    stream: () => (streams++ < stalls ? stalling(blob) : blob.stream()),
  });
  const read = [];
  await eachPiece(from(new Blob([content])), (piece) => read.push(...piece), 100);
  return read;
}"""
_READ_WHAT_NEVER_COMES = """async () => {
  const { eachPiece } = await import("/hashes/worker/pieces.js");
  const never = { size: 9, slice: () => never, stream: () => new ReadableStream({}) };
  return eachPiece(never, () => {}, 10).catch((error) => error.code);
}"""


def test_reading_that_stops_is_begun_again_where_it_stopped(hashing_page: HashingPage):
    read = hashing_page.page.evaluate(_READ_WHAT_STALLS, {"size": 9000, "stalls": 4})
    assert read == [index % 251 for index in range(9000)]


def test_file_that_never_comes_is_given_up(hashing_page: HashingPage):
    assert hashing_page.page.evaluate(_READ_WHAT_NEVER_COMES) == "technical"
