"""The browser hasher against the reference, same files, same machine, one run: ratios."""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pdqhash
from PIL import Image, features
from playwright.sync_api import Browser, Page, sync_playwright

from hashes.tests.hashing import photograph
from hashes.tests.memory import PeakMemory
from hashes.tests.serving import HashingServer
from ncii.dev import tools
from ncii.tests.fixtures import CHROMIUM_ARGUMENTS

SIZES = {"12 MP": (4000, 3000), "48 MP": (8000, 6000)}
PHOTOS = 20
VIDEO_BYTES = 1_000_000_000

_CORE = """async ({ path, width, height }) => {
  const { pdq } = await import("/hashes/worker/pdq.js");
  const module = await WebAssembly.compileStreaming(fetch("/hashes/pdq-simd.wasm"));
  const data = new Uint8Array(await (await fetch(path)).arrayBuffer());
  const picture = { data, width, height };
  pdq(picture, 1, module);
  const start = performance.now();
  pdq(picture, 1, module);
  return (performance.now() - start) / 1000;
}"""
_HASH_CHOSEN = """async () => {
  const { Hasher } = await import("/hashes/hasher.js");
  const hasher = new Hasher();
  const files = [...document.querySelector("input").files];
  await hasher.hash(files[0]);
  const start = performance.now();
  await Promise.all(files.map((file) => hasher.hash(file)));
  return (performance.now() - start) / 1000;
}"""


def camera_photo(width: int, height: int, seed: int) -> np.ndarray:
    """A photograph with a camera's noise: height x width x 3."""
    photo = np.asarray(photograph("astronaut.png").resize((width, height))) // 2
    noise = np.random.default_rng(seed).integers(0, 24, (height, width, 1), dtype=np.uint8)
    return photo + noise


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def tell(what: str, ours: float, reference: float, limit: str) -> None:
    print(
        f"{what}: {ours:.2f} s, reference {reference:.2f} s, ratio {ours / reference:.3f} ({limit})"
    )


def tell_versions(browser: Browser) -> None:
    """What is compared, and how busy the machine was when that began."""
    md5sum = subprocess.run(["md5sum", "--version"], check=True, capture_output=True, text=True)
    print(f"Chromium {browser.version}; Pillow {version('pillow')}", end=" ")
    print(
        f"(libjpeg-turbo {features.version('libjpeg_turbo')}), pdqhash {version('pdqhash')};",
        end=" ",
    )
    print(md5sum.stdout.splitlines()[0])
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} over the last minute")


def core(page: Page, server: HashingServer) -> None:
    """PDQ alone, on the same pixels."""
    for name, (width, height) in SIZES.items():
        rgb = camera_photo(width, height, 1)
        rgba = np.dstack([rgb, np.full((height, width), 255, np.uint8)])
        server.blobs["/pixels"] = rgba.tobytes()
        ours = page.evaluate(_CORE, {"path": "/pixels", "width": width, "height": height})
        reference = seconds(partial(pdqhash.compute, rgb))
        tell(f"PDQ, {name}", ours, reference, "at most 0.1")
    server.blobs.clear()


def by_reference(paths: list[Path]) -> None:
    for path in paths:
        pdqhash.compute(np.asarray(Image.open(io.BytesIO(path.read_bytes())).convert("RGB")))


def twenty_photos(browser: Browser, url: str, folder: Path) -> None:
    """Decode and hash, against Pillow and pdqhash in one process."""
    paths = []
    for index in range(PHOTOS):
        paths.append(folder / f"{index}.jpg")
        Image.fromarray(camera_photo(4000, 3000, index)).save(paths[-1], quality=88)

    page = browser.new_page()
    page.goto(url)
    page.set_input_files("input", [str(path) for path in paths])
    with PeakMemory() as memory:
        ours = page.evaluate(_HASH_CHOSEN)
    page.close()
    by_reference(paths[:1])  # Both have hashed one photo before the clock starts.
    reference = seconds(partial(by_reference, paths))
    megabytes = sum(path.stat().st_size for path in paths) / 1e6
    print(f"{PHOTOS} JPEGs of 12 MP, {megabytes:.0f} MB")
    tell("decode and PDQ, three workers", ours, reference, "at most 0.25")
    print(f"renderer's anonymous memory: {memory.peak_mb:.0f} MB more at its peak (reach for 300):")
    print(
        f"three pictures of {4 * 12} MB at a time, each only in its decoder, and the decoders' room"
    )


def video(browser: Browser, url: str, folder: Path) -> None:
    """MD5 of a sparse file, against md5sum."""
    path = folder / "video.mp4"
    with path.open("wb") as out:
        out.write(b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41")
        out.truncate(VIDEO_BYTES)
    page = browser.new_page()
    page.goto(url)
    page.set_input_files("input", str(path))
    with PeakMemory() as memory:
        ours = page.evaluate(_HASH_CHOSEN)
    page.close()
    reference = seconds(lambda: subprocess.run(["md5sum", path], check=True, capture_output=True))
    print(f"MD5 of {VIDEO_BYTES / 1e9:.0f} GB: {ours:.2f} s, md5sum {reference:.2f} s, ", end="")
    print(f"speed {reference / ours:.2f} of md5sum's (at least 0.5)")
    print(f"renderer's anonymous memory: {memory.peak_mb:.0f} MB more at its peak")


def main() -> None:
    """Print the ratios."""
    server = HashingServer()
    server.start()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(
            executable_path=str(tools.find("chromium")), args=list(CHROMIUM_ARGUMENTS)
        )
        tell_versions(browser)
        page = browser.new_page()
        page.goto(server.url)
        core(page, server)
        page.close()
        twenty_photos(browser, server.url, Path(folder))
        video(browser, server.url, Path(folder))
        browser.close()
    server.stop()


if __name__ == "__main__":
    main()
