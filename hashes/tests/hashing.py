"""Hash in a real browser, and the reference's answer to compare with."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pdqhash
import skimage
from PIL import Image, ImageOps
from playwright.sync_api import FilePayload, Page

PHOTOGRAPHS = Path(skimage.__file__).parent / "data"

_HASH_ALL = """async () => {
  const { Hasher } = await import("/hashes/hasher.js");
  const hasher = (window.hasher ??= new Hasher());
  const files = [...document.querySelector("input").files];
  return Promise.all(files.map((file) => hasher.hash(file).catch((error) => ({
    error: error.code, detail: error.detail,
  }))));
}"""


@dataclass(frozen=True)
class Reference:
    """What `pdqhash` says of some RGB pixels."""

    value: str
    quality: int


class HashingPage:
    """A page whose file input takes files and whose Hasher hashes them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def hash_files(self, files: list[tuple[str, bytes]]) -> list[dict[str, Any]]:
        """The result of each (name, content): `{kind, claims}` or `{error, detail}`."""
        self.put(files)
        return self._hash_chosen()

    def put(self, files: list[tuple[str, bytes]]) -> None:
        """Choose these files, without hashing them."""
        payloads: list[FilePayload] = [
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            for name, content in files
        ]
        self.page.set_input_files("input", payloads)

    def hash_paths(self, paths: list[Path]) -> list[dict[str, Any]]:
        """The same for files on disk, which may be large."""
        self.page.set_input_files("input", [str(path) for path in paths])
        return self._hash_chosen()

    def _hash_chosen(self) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = self.page.evaluate(_HASH_ALL)
        return results

    def hash_one(self, content: bytes) -> dict[str, Any]:
        return self.hash_files([("file", content)])[0]


def reference(rgb: np.ndarray) -> Reference:
    """`rgb`: height x width x 3, uint8. The hash is hexadecimal, most significant bit first."""
    vector, quality = pdqhash.compute(np.ascontiguousarray(rgb))
    return Reference(f"{int(''.join(map(str, vector)), 2):064x}", quality)


def as_displayed(content: bytes) -> np.ndarray:
    """Pillow's pixels, turned as EXIF says, alpha dropped: height x width x 3, uint8."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    if image.mode in ("LA", "PA"):
        image = image.convert("RGBA")
    return np.asarray(image)[..., :3] if image.mode == "RGBA" else np.asarray(image.convert("RGB"))


def distance(one: str, other: str) -> int:
    """Hamming distance of two hashes in hexadecimal."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The image as a file, by Pillow's encoder."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def photograph(name: str) -> Image.Image:
    """One of scikit-image's photographs, RGB."""
    return Image.open(PHOTOGRAPHS / name).convert("RGB")
