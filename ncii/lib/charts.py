"""Bar charts as plain shapes: no script, no style, so that the strictest policy takes them."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 160
_GAP = 0.2


@dataclass(frozen=True)
class Bar:
    """A rectangle in the chart's units, and what it says."""

    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True)
class Chart:
    """Bars within WIDTH × HEIGHT; `top` is the value at the upper edge."""

    bars: list[Bar]
    top: int
    first: str
    last: str
    width: int = WIDTH
    height: int = HEIGHT


def bar_chart(labels: Sequence[str], values: Sequence[int]) -> Chart:
    """Return a bar for each value, the upper edge at a round number not below the greatest."""
    top = _round_up(max(values, default=0))
    step = WIDTH / max(len(values), 1)
    bars = []
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        height = round(HEIGHT * value / top, 1)
        x = round((place + _GAP / 2) * step, 1)
        width = round(step * (1 - _GAP), 1)
        bars.append(Bar(x, round(HEIGHT - height, 1), width, height, f"{label}: {value}"))
    ends = (labels[0], labels[-1]) if labels else ("", "")
    return Chart(bars, top, *ends)


def _round_up(value: int) -> int:
    """Return the least of 1, 2, 5, 10, 20, 50 … that is not below the value."""
    top = 1
    while True:
        for factor in (1, 2, 5):
            if top * factor >= value:
                return top * factor
        top *= 10
