"""XCF saved by GIMP 2.10, each beside what GIMP shows of it (gimp/NAME.xcf and gimp/NAME.png)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from hashes.tests.samples.sample import Sample

FOLDER = Path(__file__).resolve().parent / "gimp"
LIMIT = 6


def xcf_samples() -> Iterator[Sample]:
    for path in sorted(FOLDER.glob("*.xcf")):
        shown = np.asarray(Image.open(path.with_suffix(".png")).convert("RGB"))
        yield Sample("XCF", path.stem, path.read_bytes(), shown, LIMIT)
