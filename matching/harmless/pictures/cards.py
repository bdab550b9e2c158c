"""Test cards: colour bars, greys, grids, chessboards, resolution charts."""

from itertools import product

from matching.harmless.pictures.canvas import (
    BLACK,
    GREY,
    HEIGHT,
    WHITE,
    WIDTH,
    Colour,
    Draw,
    Made,
    font,
    page,
)

# 75 % and 100 % bars: ITU-R BT.471 and SMPTE EG 1 name the order.
ORDER = ((1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1), (0, 0, 0))
GREYS = (2, 3, 4, 5, 7, 9, 11)
BOARDS = (2, 3, 4, 5, 6, 8, 10, 12)


def cards() -> Made:
    """Yield each card."""
    yield from _bars()
    yield from _greys()
    yield from _boards()
    yield from _grids()
    yield from _resolution()


def _upright(draw: Draw, colours: list[Colour], top: float, bottom: float) -> None:
    side = WIDTH / len(colours)
    for place, colour in enumerate(colours):
        draw.rectangle((place * side, top, (place + 1) * side, bottom), colour)


def _bars() -> Made:
    for level in (191, 255):
        bars = [(r * level, g * level, b * level) for r, g, b in ORDER]
        picture, draw = page()
        _upright(draw, bars, 0, HEIGHT)
        yield f"test card: eight bars, {level}", picture
        picture, draw = page()
        _upright(draw, bars[:7], 0, HEIGHT)
        yield f"test card: seven bars, {level}", picture
        picture, draw = page()
        _upright(draw, bars[:7], 0, HEIGHT * 0.67)
        _upright(draw, [bars[n] if n % 2 == 0 else BLACK for n in range(6, -1, -1)], 268, 300)
        _upright(draw, [(0, 33, 76), WHITE, (50, 0, 106), (19, 19, 19), BLACK], 300, HEIGHT)
        yield f"test card: SMPTE bars, {level}", picture
        picture, draw = page()
        _upright(draw, bars, 0, HEIGHT * 0.6)
        _upright(draw, [(n * 36,) * 3 for n in range(8)], HEIGHT * 0.6, HEIGHT)
        yield f"test card: bars over greys, {level}", picture
        picture, draw = page()
        _upright(draw, bars, 0, HEIGHT * 0.8)
        draw.rectangle((0, HEIGHT * 0.8, WIDTH, HEIGHT), (level, 0, 0))
        yield f"test card: bars over red, {level}", picture
        picture, draw = page()
        _upright(draw, bars, 0, HEIGHT)
        draw.rectangle((170, 160, 430, 240), BLACK)
        draw.text((300, 200), "NO SIGNAL", WHITE, font(40), anchor="mm")
        yield f"test card: bars, no signal, {level}", picture


def _greys() -> Made:
    for count, over in product(GREYS, (False, True)):
        shades = [(255 * n // (count - 1),) * 3 for n in range(count)]
        picture, draw = page()
        _upright(draw, shades, 0, HEIGHT)
        if over:
            _upright(draw, shades[::-1], HEIGHT / 2, HEIGHT)
        yield f"test card: {count} greys{', twice' if over else ''}", picture
    for name, shade in (
        ("level", lambda x, y: x / WIDTH),
        ("diagonal", lambda x, y: (x / WIDTH + y / HEIGHT) / 2),
        (
            "round",
            lambda x, y: 1 - min(1, (((x - 300) / 300) ** 2 + ((y - 200) / 200) ** 2) ** 0.5),
        ),
    ):
        picture, draw = page()
        for x, y in product(range(0, WIDTH, 4), range(0, HEIGHT, 4)):
            draw.rectangle((x, y, x + 3, y + 3), (round(255 * shade(x, y)),) * 3)
        yield f"test card: {name} gradient", picture


def _boards() -> Made:
    for squares, odd in product(BOARDS, (0, 1)):
        picture, draw = page()
        side = HEIGHT / squares
        for row, column in product(range(squares), range(squares * 3 // 2 + 1)):
            if (row + column) % 2 == odd:
                left, top = column * side, row * side
                draw.rectangle((left, top, left + side, top + side), BLACK)
        yield f"test card: chessboard, {squares} rows{', turned' if odd else ''}", picture


def _grids() -> Made:
    for ground, ink, tone in (
        (GREY, WHITE, "grey"),
        (BLACK, WHITE, "black"),
        (WHITE, BLACK, "white"),
    ):
        for step, circle in product((25, 50, 100), (False, True)):
            picture, draw = page(ground)
            _grid(draw, ink, step)
            if circle:
                draw.ellipse((100, 0, 500, 400), outline=ink, width=6)
            yield f"test card: grid of {step}{' and circle' if circle else ''} on {tone}", picture
    picture, draw = page(GREY)
    _grid(draw, WHITE, 50)
    _philips(draw)
    yield "test card: circle with bars, like PM5544", picture
    picture, draw = page(GREY)
    for x, y in ((300, 200), (70, 70), (530, 70), (70, 330), (530, 330)):
        radius = 190 if x == 300 else 55
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=WHITE, width=5)
    draw.line((300, 0, 300, 400), WHITE, 3)
    draw.line((0, 200, 600, 200), WHITE, 3)
    yield "test card: five circles", picture


def _grid(draw: Draw, ink: Colour, step: int) -> None:
    for at in range(0, WIDTH, step):
        draw.line((at, 0, at, HEIGHT), ink, 3)
        draw.line((0, at, WIDTH, at), ink, 3)


def _philips(draw: Draw) -> None:
    left, top, right, bottom = 120, 20, 480, 380
    draw.ellipse((left, top, right, bottom), WHITE)
    rows = ((70, 120), (120, 170), (170, 230), (230, 280), (280, 330))
    for number, (upper, lower) in enumerate(rows):
        half = (180**2 - max(abs(upper - 200), abs(lower - 200)) ** 2) ** 0.5
        count = (6, 8, 2, 9, 6)[number]
        for place in range(count):
            colour = (
                tuple(191 * each for each in ORDER[place % 8])
                if number == 1
                else (WHITE if place % 2 else BLACK)
                if number in (0, 2, 3)
                else (255 * place // (count - 1),) * 3
            )
            width = 2 * half / count
            start = 300 - half + place * width
            draw.rectangle((start, upper, start + width, lower), colour)


def _resolution() -> Made:
    for rays in (16, 36, 72):
        picture, draw = page()
        for ray in range(0, rays, 2):
            draw.pieslice((100, 0, 500, 400), 360 * ray / rays, 360 * (ray + 1) / rays, BLACK)
        yield f"test card: star of {rays // 2} rays", picture
    picture, draw = page()
    for place, width in enumerate((20, 14, 10, 7, 5, 3)):
        for line in range(0, 100, 2 * width):
            draw.rectangle((place * 100 + line, 0, place * 100 + line + width - 1, 190), BLACK)
            top = 205 + line * 1.9
            draw.rectangle((place * 100, top, place * 100 + 90, top + width * 1.9 - 1), BLACK)
    yield "test card: resolution lines", picture
    picture, draw = page()
    for radius in range(200, 0, -20):
        ink = BLACK if radius // 20 % 2 else WHITE
        draw.ellipse((300 - radius, 200 - radius, 300 + radius, 200 + radius), ink)
    yield "test card: rings", picture
