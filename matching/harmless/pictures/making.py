"""The hashes of a drawn picture: as it is, and as people have it.

Each picture is framed as posts, stories and slides frame it, turned and mirrored, of several
shapes, and every one of these compressed at several sizes. A hash is listed where no listed one is
within CLOSE bits. What gives each copy another hash is left out: in a plain
tricolour nearly all of PDQ's numbers are noise, two copies are 128 bits apart, and a row on the
list would be near none of them (nor is such a hash, in the bank, near any other copy).
"""

import io
from collections.abc import Iterator, Sequence
from multiprocessing import get_context

import numpy as np
import numpy.typing as npt
import pdqhash
from PIL import Image, ImageOps

from matching.harmless.pictures import pictures

LIMIT = 15_000
# Within SAME bits two copies of one picture are one; within CLOSE one row stands for two pictures.
SAME, CLOSE, REACH = 14, 20, 31
LEAST_QUALITY = 50
SIDE = 240  # pixels, the longer
RATIOS = (2.0, 1.25)
# Shares of the width and the height that are added on each side, and of which colour.
FRAMES = tuple(
    (across, down, colour)
    for across, down in ((0.0, 0.25), (0.0, 0.42), (0.17, 0.0), (0.06, 0.09), (0.2, 0.3))
    for colour in ("white", "black")
)
# (size, JPEG quality) of the copies by which it is told whether a hash is worth a row.
COPIES = ((1.0, 0), (0.6, 45), (1.4, 80), (0.85, 65), (2.0, 90))
TURNS = (
    *("", "turned 90°", "turned 180°", "turned 270°"),
    *("upside down", "mirrored", "transposed", "mirrored, transposed"),
)
# Whoever turns a picture seldom frames it too, and nobody turns what is to be read.
UPRIGHT = ("text:", "logo: dark letter", "logo: light letter")
Vector = npt.NDArray[np.bool_]


def hashed() -> Iterator[tuple[str, str]]:
    """Yield (label, PDQ value) of what goes on the list, at most LIMIT.

    A hash that is within CLOSE bits of one listed already, of whichever picture, is left out.
    Raises ValueError where there are too many.
    """
    codes = np.empty((LIMIT, 4), dtype=np.uint64)
    count = 0
    with get_context("spawn").Pool() as pool:
        made = pool.imap(of_picture, list(pictures()), chunksize=4)
        for label, value in (row for rows in made for row in rows):
            code = np.frombuffer(bytes.fromhex(value), dtype=np.uint64)
            if np.any(np.bitwise_count(codes[:count] ^ code).sum(axis=1) <= CLOSE):
                continue
            if count == LIMIT:
                raise ValueError(f"more than {LIMIT}: the list is compared in full")
            codes[count] = code
            count += 1
            yield label, value


def of_picture(drawn: tuple[str, Image.Image]) -> list[tuple[str, str]]:
    """Return the (label, value) of one picture."""
    label, picture = drawn
    rows: list[tuple[str, Vector]] = []
    for name, shown in _shown(picture):
        turns = TURNS[:1] if name or label.startswith(UPRIGHT) else TURNS
        for turn, vectors in zip(turns, _of_copies(shown, len(turns)), strict=True):
            if not _repeats(vectors):
                continue
            said = "; ".join(part for part in (label, name, turn) if part)
            for vector in vectors:
                if all(np.count_nonzero(vector != other) > SAME for _, other in rows):
                    rows.append((said, vector))
    return [(said, _hex(vector)) for said, vector in rows]


def _shown(picture: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """Yield the picture, and it in other shapes and frames."""
    yield "", picture
    for ratio in RATIOS:
        yield f"{ratio}:1", picture.resize((round(picture.height * ratio), picture.height))
    for across, down, colour in FRAMES:
        rim = (round(picture.width * across), round(picture.height * down))
        framed = ImageOps.expand(picture, rim, colour)
        yield f"{colour} frame {across:.0%} {down:.0%}", framed


def _of_copies(shown: Image.Image, turns: int) -> list[list[Vector]]:
    """Return, for each turn, the hashes of the copies that intake would take."""
    found: list[list[Vector]] = [[] for _ in range(turns)]
    for size, quality in COPIES:
        copied = np.asarray(copy_of(shown, size * SIDE / max(shown.size), quality))
        vectors, worth = pdqhash.compute_dihedral(copied)
        for turn in range(turns) if worth >= LEAST_QUALITY else ():
            vector = vectors[turn].astype(bool)
            if 64 <= np.count_nonzero(vector) <= 192:
                found[turn].append(vector)
    return found


def copy_of(picture: Image.Image, scale: float, quality: int) -> Image.Image:
    """Return the picture scaled, and through JPEG where a quality is given."""
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    small = picture.resize(size, Image.Resampling.LANCZOS)
    if not quality:
        return small
    stream = io.BytesIO()
    small.save(stream, "JPEG", quality=quality)
    return Image.open(stream)


def _repeats(vectors: Sequence[Vector]) -> bool:
    """Say whether at least half of the copies have one near them."""
    near = [
        sum(np.count_nonzero(one != other) <= REACH for other in vectors) > 1 for one in vectors
    ]
    return len(near) > 1 and int(sum(near)) * 2 >= len(COPIES)


def _hex(vector: Vector) -> str:
    return str(np.packbits(vector).tobytes().hex())
