"""Flags, as flags.txt describes them: bands, and charges on them.

Emblems are left out or stand as a plain shape. Colours are what most of these flags share; PDQ
looks at how light they are, not at which they are.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from matching.harmless.pictures.canvas import HEIGHT, WIDTH, Colour, Draw, Made, page

LIST = Path(__file__).with_name("flags.txt")
COLOURS: dict[str, Colour] = {
    "w": (255, 255, 255),
    "k": (0, 0, 0),
    "r": (206, 17, 38),
    "b": (0, 56, 168),
    "n": (0, 32, 91),
    "s": (90, 160, 220),
    "g": (0, 122, 61),
    "y": (252, 209, 22),
    "o": (255, 136, 32),
    "m": (130, 20, 50),
    "v": (115, 41, 130),
    "p": (245, 169, 184),
}
Shape = Callable[..., None]
Point = tuple[float, float]


def flags() -> Made:
    """Yield each flag of the list."""
    for line in LIST.read_text().splitlines():
        if line.startswith("#"):
            continue
        name, described = line.split(": ")
        yield f"flag: {name}", _flag(described)


def _flag(described: str) -> Image.Image:
    bands, *charges = (part.split() for part in described.split(";"))
    picture, draw = page()
    _bands(draw, bands[0] == "|", bands[1:])
    for shape, colour, *numbers in charges:
        SHAPES[shape](draw, COLOURS[colour], *map(float, numbers))
    return picture


def _bands(draw: Draw, upright: bool, bands: Sequence[str]) -> None:
    weights = [int(band[1:] or 1) for band in bands]
    whole, at = (WIDTH if upright else HEIGHT) / sum(weights), 0.0
    for band, weight in zip(bands, weights, strict=True):
        end = at + weight * whole
        box = (at, 0, end, HEIGHT) if upright else (0, at, WIDTH, end)
        draw.rectangle(box, COLOURS[band[0]])
        at = end


def _box(draw: Draw, c: Colour, x: float, y: float, width: float, height: float) -> None:
    draw.rectangle((x * WIDTH, y * HEIGHT, (x + width) * WIDTH, (y + height) * HEIGHT), c)


def _around(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    x, y, radius = x * WIDTH, y * HEIGHT, abs(radius) * HEIGHT
    return (x - radius, y - radius, x + radius, y + radius)


def _disc(draw: Draw, c: Colour, x: float, y: float, radius: float) -> None:
    draw.ellipse(_around(x, y, radius), c)


def _ring(draw: Draw, c: Colour, x: float, y: float, radius: float) -> None:
    draw.ellipse(_around(x, y, radius), outline=c, width=round(HEIGHT * 0.03))


def _half(draw: Draw, c: Colour, x: float, y: float, radius: float) -> None:
    draw.pieslice(_around(x, y, radius), *((180, 360) if radius > 0 else (0, 180)), c)


def _crescent(draw: Draw, c: Colour, x: float, y: float, radius: float) -> None:
    """Leave the part of a disc that a second one, to its right, does not cover."""
    draw.polygon(
        [
            *_arc(x, y, radius, 35, 325),
            *reversed(_arc(x + radius * HEIGHT / WIDTH * 0.25, y, radius * 0.8, 45, 315)),
        ],
        c,
    )


def _arc(x: float, y: float, radius: float, start: int, end: int) -> list[Point]:
    return [_at(x, y, radius, math.radians(turn)) for turn in range(start, end + 1, 5)]


def _at(x: float, y: float, radius: float, turn: float) -> Point:
    return (
        x * WIDTH + radius * HEIGHT * math.cos(turn),
        y * HEIGHT + radius * HEIGHT * math.sin(turn),
    )


def _star(draw: Draw, c: Colour, x: float, y: float, radius: float) -> None:
    turns = [math.pi * (point / 5 - 0.5) for point in range(10)]
    radii = [radius, radius * 0.382] * 5
    draw.polygon([_at(x, y, r, turn) for r, turn in zip(radii, turns, strict=True)], c)


def _pentagram(draw: Draw, c: Colour, x: float, y: float, radius: float) -> None:
    points = [_at(x, y, radius, math.pi * (point * 0.8 - 0.5)) for point in range(6)]
    draw.line([*points, points[1]], c, round(HEIGHT * 0.04))


def _hexagram(draw: Draw, c: Colour, x: float, y: float, radius: float) -> None:
    for first in (0.5, -0.5):
        points = [_at(x, y, radius, math.pi * (first + point * 2 / 3)) for point in range(4)]
        draw.line([*points, points[1]], c, round(HEIGHT * 0.035))


def _twelve(draw: Draw, c: Colour, radius: float, size: float) -> None:
    for hour in range(12):
        x, y = _at(0.5, 0.5, radius, math.pi * hour / 6)
        _star(draw, c, x / WIDTH, y / HEIGHT, size)


def _hoist(draw: Draw, c: Colour, depth: float) -> None:
    draw.polygon([(0, 0), (depth * WIDTH, HEIGHT / 2), (0, HEIGHT)], c)


def _pennant(draw: Draw, c: Colour, depth: float, height: float) -> None:
    rim = HEIGHT * height / 2
    draw.polygon([(0, HEIGHT / 2 - rim), (depth * WIDTH, HEIGHT / 2), (0, HEIGHT / 2 + rim)], c)


def _wedge(draw: Draw, c: Colour, *corners: float) -> None:
    xs, ys = corners[::2], corners[1::2]
    draw.polygon([(x * WIDTH, y * HEIGHT) for x, y in zip(xs, ys, strict=True)], c)


def _canton(draw: Draw, c: Colour, width: float, height: float) -> None:
    _box(draw, c, 0, 0, width, height)


def _cross(draw: Draw, c: Colour, at: float, bar: float) -> None:
    half = bar * HEIGHT / 2
    draw.rectangle((at * WIDTH - half, 0, at * WIDTH + half, HEIGHT), c)
    draw.rectangle((0, HEIGHT / 2 - half, WIDTH, HEIGHT / 2 + half), c)


def _plus(draw: Draw, c: Colour, x: float, y: float, arm: float) -> None:
    for wide, high in ((1, 0.3), (0.3, 1)):
        left, top = x * WIDTH - arm * HEIGHT * wide, (y - arm * high) * HEIGHT
        draw.rectangle(
            (left, top, left + 2 * arm * HEIGHT * wide, top + 2 * arm * HEIGHT * high), c
        )


def _line(draw: Draw, c: Colour, bar: float, start: Point, end: Point) -> None:
    """Draw a bar that goes on beyond both corners, so that it fills them."""
    (x, y), (to_x, to_y) = start, end
    draw.line([(2 * x - to_x, 2 * y - to_y), (2 * to_x - x, 2 * to_y - y)], c, round(bar * HEIGHT))


def _diagonal(draw: Draw, c: Colour, bar: float) -> None:
    _line(draw, c, bar, (0, HEIGHT), (WIDTH, 0))


def _falling(draw: Draw, c: Colour, bar: float) -> None:
    _line(draw, c, bar, (0, 0), (WIDTH, HEIGHT))


def _saltire(draw: Draw, c: Colour, bar: float) -> None:
    _diagonal(draw, c, bar)
    _falling(draw, c, bar)


def _diamond(draw: Draw, c: Colour, width: float, height: float) -> None:
    x, y, half, rise = WIDTH / 2, HEIGHT / 2, width * WIDTH / 2, height * HEIGHT / 2
    draw.polygon([(x - half, y), (x, y - rise), (x + half, y), (x, y + rise)], c)


def _teeth(draw: Draw, c: Colour, count: float, width: float) -> None:
    """Draw a band at the hoist with a serrated edge."""
    inner, outer, step = (width - 0.05) * WIDTH, (width + 0.05) * WIDTH, HEIGHT / count
    edge = [(0.0, 0.0), (inner, 0.0)]
    for tooth in range(int(count)):
        edge += [(outer, (tooth + 0.5) * step), (inner, (tooth + 1) * step)]
    draw.polygon([*edge, (0, HEIGHT)], c)


def _rows(draw: Draw, c: Colour, width: float, height: float) -> None:
    """Draw fifty stars: rows of six and of five."""
    for row in range(9):
        for column in range(6 - row % 2):
            x = width * (column * 2 + 1 + row % 2) / 12
            _star(draw, c, x, height * (row + 1) / 10, 0.03)


def _checks(draw: Draw, c: Colour, rows: float, columns: float) -> None:
    for row in range(int(rows)):
        for column in range(row % 2, int(columns), 2):
            _box(draw, c, column / columns, row / rows, 1 / columns, 1 / rows)


def _jack(draw: Draw, c: Colour, x: float, y: float, width: float, height: float) -> None:
    """Draw the Union Jack into a box of a flag whose field is of the colour `c`."""
    jack, on_it = page(c)
    for shape, colour, bar in (
        (_saltire, "w", 0.2),
        (_saltire, "r", 0.067),
    ):
        shape(on_it, COLOURS[colour], bar)
    _cross(on_it, COLOURS["w"], 0.5, 0.333)
    _cross(on_it, COLOURS["r"], 0.5, 0.2)
    small = jack.resize((round(WIDTH * width), round(HEIGHT * height)))
    draw._image.paste(small, (round(x * WIDTH), round(y * HEIGHT)))


SHAPES: dict[str, Shape] = {
    "box": _box,
    "canton": _canton,
    "checks": _checks,
    "crescent": _crescent,
    "cross": _cross,
    "diagonal": _diagonal,
    "diamond": _diamond,
    "disc": _disc,
    "falling": _falling,
    "half": _half,
    "hexagram": _hexagram,
    "hoist": _hoist,
    "jack": _jack,
    "pennant": _pennant,
    "pentagram": _pentagram,
    "plus": _plus,
    "ring": _ring,
    "rows": _rows,
    "saltire": _saltire,
    "star": _star,
    "teeth": _teeth,
    "twelve": _twelve,
    "wedge": _wedge,
}
