"""PDQ in WebAssembly equals `pdqhash` bit for bit, hash and quality, in both builds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from hashes.tests.hashing import PHOTOGRAPHS, HashingPage, photograph, reference
from hashes.tests.serving import HashingServer

pytestmark = pytest.mark.stateless

BUILDS = ("pdq-simd", "pdq-scalar")
# Width x height: the smallest, around the 64 and 128 where windows change, and extreme shapes.
SHAPES = [
    (5, 5), (5, 6), (6, 5), (7, 64), (63, 63), (63, 64), (64, 63), (64, 64), (64, 65), (65, 64),
    (127, 128), (128, 127), (128, 128), (129, 128), (128, 129), (256, 257), (5, 5000), (5000, 5),
    (9, 20000), (20000, 7), (640, 480), (1023, 767),
]  # fmt: skip
BATCH = 64

_HASH_PIXELS = """async ({ build, jobs }) => {
  const { pdq } = await import("/hashes/worker/pdq.js");
  const module = await WebAssembly.compileStreaming(fetch(`/hashes/${build}.wasm`));
  const results = [];
  for (const { path, width, height } of jobs) {
    const data = new Uint8Array(await (await fetch(path)).arrayBuffer());
    results.push(pdq({ data, width, height }, 1, module));
  }
  return results;
}"""


def hash_pixels(page: HashingPage, server: HashingServer, pictures: list[np.ndarray]):
    """Per build, what the browser says of each height x width x 3 picture."""
    jobs = []
    for index, rgb in enumerate(pictures):
        height, width = rgb.shape[:2]
        rgba = np.dstack([rgb, np.full((height, width), index % 256, np.uint8)])
        server.blobs[f"/pixels/{index}"] = rgba.tobytes()
        jobs.append({"path": f"/pixels/{index}", "width": width, "height": height})
    found = {}
    for build in BUILDS:
        found[build] = page.page.evaluate(_HASH_PIXELS, {"build": build, "jobs": jobs})
    server.blobs.clear()
    return found


def assert_equal(page: HashingPage, server: HashingServer, pictures: list[np.ndarray]) -> None:
    expected = [reference(rgb) for rgb in pictures]
    for build, results in hash_pixels(page, server, pictures).items():
        for rgb, wanted, got in zip(pictures, expected, results, strict=True):
            told = (got["value"], got["quality"])
            assert told == (wanted.value, wanted.quality), f"{build} {rgb.shape}"


def made(kind: int, width: int, height: int, random: np.random.Generator) -> np.ndarray:
    """A picture of one of six kinds: noise, waves, flat, grey noise, one edge, a faint slope."""
    y, x = np.mgrid[0:height, 0:width]
    if kind == 0:
        return random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    if kind == 1:
        waves = 128 + 120 * np.sin(x * random.uniform(4, 40) / width) * np.cos(9 * y / height)
        return np.stack([waves, x * 255 / width, y * 255 / height], -1).astype(np.uint8)
    if kind == 2:
        return np.full((height, width, 3), random.integers(0, 256, 3), np.uint8)
    if kind == 3:
        return np.repeat(random.integers(0, 90, (height, width, 1), dtype=np.uint8), 3, axis=2)
    if kind == 4:
        edge = np.where(x * height > y * width, 255, 0)
        return np.repeat(edge[..., None], 3, axis=2).astype(np.uint8)
    return np.repeat((100 + 8 * x / width)[..., None], 3, axis=2).astype(np.uint8)


def made_pictures() -> Iterator[np.ndarray]:
    random = np.random.default_rng(20260)
    for width, height in SHAPES:
        for kind in range(6):
            yield made(kind, width, height, random)
    for index in range(150):
        width, height = random.integers(5, 900, 2)
        yield made(index % 6, width, height, random)


def photographs() -> Iterator[np.ndarray]:
    for path in sorted(PHOTOGRAPHS.glob("*.[pj][np]g")):
        image = photograph(path.name)
        yield np.asarray(image)
        yield np.asarray(image.resize((image.width * 2 // 3 + 5, image.height // 2 + 5)))


def test_equals_reference_on_three_hundred_pictures(hashing_page, hashing_server):
    pictures = [*photographs(), *made_pictures()]
    assert len(pictures) >= 300
    for start in range(0, len(pictures), BATCH):
        assert_equal(hashing_page, hashing_server, pictures[start : start + BATCH])


@pytest.mark.parametrize("width, height", [(4000, 3000), (8064, 6048)])
def test_equals_reference_at_camera_sizes(hashing_page, hashing_server, width, height):
    photo = photograph("astronaut.png").resize((width, height))
    noise = np.random.default_rng(48).integers(0, 30, (height, width, 1), dtype=np.uint8)
    assert_equal(hashing_page, hashing_server, [np.asarray(photo) // 2 + noise])


def test_too_small_to_hash_has_no_quality(hashing_page, hashing_server):
    found = hash_pixels(hashing_page, hashing_server, [np.full((4, 900, 3), 9, np.uint8)])
    for results in found.values():
        assert results == [{"value": "0" * 64, "quality": 0, "turned": []}]
