"""Pages and screens that hold nobody: words, documents, codes, placeholders, empty windows."""

import random
from itertools import product

from PIL import Image

from matching.harmless.pictures.canvas import (
    BLACK,
    BLUE,
    GREY,
    HEIGHT,
    SIZE,
    WHITE,
    WIDTH,
    YELLOW,
    Colour,
    Draw,
    Made,
    font,
    page,
)

WORDS = (
    *("SALE", "LOGO", "BREAKING NEWS", "THE END", "SUBSCRIBE", "NO SIGNAL", "404", "OK", "HELLO"),
    *("TEST", "ERROR", "LIVE", "NEW", "FREE", "STOP", "OPEN", "CLOSED", "WELCOME", "THANK YOU"),
    *("COMING SOON", "NO IMAGE AVAILABLE", "LOADING...", "18+", "VOTE", "NEWS", "HAPPY NEW YEAR"),
)
TONES = ((WHITE, BLACK, "dark"), (BLACK, WHITE, "light"))
# The same ground for the eye, with another margin to the letters.
SIZES = (90, 70, 45)
LINES = (1, 3, 5, 8, 10, 15, 20, 30)
QR_VERSIONS = (21, 25, 29, 33)


def pages() -> Made:
    """Yield each page."""
    yield from _words()
    yield from _documents()
    yield from _codes()
    yield from _screens()


def _words() -> Made:
    for word, (ground, ink, tone), size in product(WORDS, TONES, SIZES):
        picture, draw = page(ground)
        draw.text((300, 200), word, ink, _fitting(draw, word, size), anchor="mm")
        yield f"text: {word}, {tone}, {size}", picture
    for word, (ground, ink, tone), top in product(WORDS[:8], TONES, (0, 280)):
        picture, draw = page(GREY)
        draw.rectangle((0, top, WIDTH, top + 120), ground)
        draw.text((300, top + 60), word, ink, _fitting(draw, word, 60), anchor="mm")
        yield f"text: bar with {word}, {tone}, {'above' if top == 0 else 'below'}", picture


def _fitting(draw: Draw, word: str, size: int):  # type: ignore[no-untyped-def]
    while draw.textlength(word, font(size)) > WIDTH * 0.94:
        size -= 2
    return font(size)


def _documents() -> Made:
    for lines, dark in product(LINES, (False, True)):
        ground, ink = (BLACK, WHITE) if dark else (WHITE, BLACK)
        picture, draw = page(ground)
        for line in range(lines):
            text = "All that is written here is a page of plain words."
            draw.text((30, 20 + line * 18), text, ink, font(15))
        yield f"page: {lines} lines{', dark' if dark else ''}", picture
    for dark in (False, True):
        ground, ink = (BLACK, WHITE) if dark else (WHITE, BLACK)
        paper = Image.new("RGB", SIZE, ground)
        _letter(paper, ink)
        yield f"page: a letter{', dark' if dark else ''}", paper
    picture, draw = page()
    for row in range(11):
        draw.line((30, 30 + row * 34, 570, 30 + row * 34), BLACK, 2)
    for column in range(7):
        draw.line((30 + column * 90, 30, 30 + column * 90, 370), BLACK, 2)
    draw.rectangle((30, 30, 570, 64), GREY)
    yield "page: a table", picture


def _letter(paper: Image.Image, ink: Colour) -> None:
    from PIL import ImageDraw

    draw, chance = ImageDraw.Draw(paper), random.Random(1)  # noqa: S311
    draw.rectangle((60, 30, 200, 60), ink)
    for line in range(14):
        end = 540 if line % 5 else chance.randint(200, 450)
        draw.rectangle((60, 110 + line * 19, end, 117 + line * 19), ink)


def _codes() -> Made:
    for side in QR_VERSIONS:
        yield f"page: QR code of {side}", _qr(side)
    picture, draw = page()
    chance = random.Random(2)  # noqa: S311
    at = 100
    while at < 500:
        bar = chance.choice((3, 6, 9))
        draw.rectangle((at, 80, at + bar - 1, 320), BLACK)
        at += bar + chance.choice((3, 6, 9))
    yield "page: barcode", picture


def _qr(side: int) -> Image.Image:
    """Return finder patterns and noise: every code differs, what they share is this."""
    picture, draw = page()
    chance, dot = random.Random(side), 360 // side  # noqa: S311
    left, top = (WIDTH - dot * side) // 2, (HEIGHT - dot * side) // 2

    def fill(column: int, row: int, width: int, colour: Colour) -> None:
        x, y = left + column * dot, top + row * dot
        draw.rectangle((x, y, x + width * dot - 1, y + width * dot - 1), colour)

    for row, column in product(range(side), range(side)):
        fill(column, row, 1, BLACK if chance.random() < 0.5 else WHITE)
    for column, row in ((0, 0), (side - 7, 0), (0, side - 7)):
        for inset, colour in ((-1, WHITE), (0, BLACK), (1, WHITE), (2, BLACK)):
            fill(column + inset, row + inset, 7 - 2 * inset, colour)
    return picture


def _screens() -> Made:
    for dark in (False, True):
        ground, ink, tone = (BLACK, WHITE, "dark") if dark else (WHITE, BLACK, "light")
        soft = (60, 60, 60) if dark else (210, 210, 210)
        for name, draw_it in SCREENS.items():
            picture, draw = page(ground)
            draw_it(draw, ink, soft)
            yield f"screen: {name}, {tone}", picture


def _missing(draw: Draw, ink: Colour, soft: Colour) -> None:
    draw.rectangle((190, 90, 410, 290), outline=soft, width=10)
    draw.polygon([(205, 275), (270, 180), (320, 240), (350, 205), (395, 275)], soft)
    draw.ellipse((330, 115, 370, 155), soft)
    draw.text((300, 340), "No image available", ink, font(28), anchor="mm")


def _nobody(draw: Draw, ink: Colour, soft: Colour) -> None:
    draw.rectangle((0, 0, WIDTH, HEIGHT), soft)
    draw.ellipse((230, 70, 370, 210), ink)
    draw.pieslice((150, 240, 450, 560), 180, 360, ink)


def _chat(draw: Draw, ink: Colour, soft: Colour) -> None:
    draw.rectangle((0, 0, WIDTH, 50), soft)
    for row, (left, right) in enumerate(((30, 330), (30, 260), (270, 570), (30, 390), (340, 570))):
        draw.rounded_rectangle((left, 70 + row * 60, right, 115 + row * 60), 20, soft)
        draw.rectangle((left + 20, 88 + row * 60, right - 20, 96 + row * 60), ink)


def _window(draw: Draw, ink: Colour, soft: Colour) -> None:
    draw.rectangle((60, 40, 540, 360), outline=ink, width=3)
    draw.rectangle((60, 40, 540, 75), soft)
    for at in (80, 105, 130):
        draw.ellipse((at - 8, 50, at + 8, 66), ink)


def _alert(draw: Draw, ink: Colour, soft: Colour) -> None:
    draw.rounded_rectangle((150, 120, 450, 280), 15, soft)
    draw.text((300, 170), "Something went wrong", ink, font(24), anchor="mm")
    draw.rounded_rectangle((230, 210, 370, 255), 10, BLUE)


def _player(draw: Draw, ink: Colour, soft: Colour) -> None:
    draw.ellipse((240, 130, 360, 250), soft)
    draw.polygon([(282, 155), (335, 190), (282, 225)], ink)
    draw.rectangle((20, 370, 580, 376), soft)
    draw.rectangle((20, 370, 150, 376), YELLOW)


def _spinner(draw: Draw, ink: Colour, soft: Colour) -> None:
    draw.arc((250, 150, 350, 250), 0, 360, soft, 14)
    draw.arc((250, 150, 350, 250), 270, 360, ink, 14)


def _list(draw: Draw, ink: Colour, soft: Colour) -> None:
    for row in range(5):
        top = 20 + row * 75
        draw.ellipse((30, top, 85, top + 55), soft)
        draw.rectangle((110, top + 8, 400, top + 22), ink)
        draw.rectangle((110, top + 34, 540, top + 44), soft)


def _search(draw: Draw, ink: Colour, soft: Colour) -> None:
    draw.text((300, 140), "Search", ink, font(70), anchor="mm")
    draw.rounded_rectangle((90, 210, 510, 260), 25, outline=soft, width=4)


SCREENS = {
    "no image": _missing,
    "no portrait": _nobody,
    "chat": _chat,
    "empty window": _window,
    "alert": _alert,
    "player": _player,
    "loading": _spinner,
    "list": _list,
    "search": _search,
}
