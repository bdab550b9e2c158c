"""Pictures that are nobody's, made by code: flags, plain logos, test cards, bars and pages of text.

    python -m matching.harmless.pictures > matching/harmless/shipped.txt

Needs Pillow and pdqhash, which the product itself does without: what ships are the hashes. Every
rotation and mirror image is among them. What PDQ gives a quality below 50 (a blank page, a gradient)
is left out: intake refuses it anyway.
"""

from collections.abc import Iterator
from itertools import permutations, product

from PIL import Image, ImageDraw, ImageFont

SIZE = (600, 400)
WHITE, BLACK, GREY = (255, 255, 255), (0, 0, 0), (128, 128, 128)
RED, BLUE, GREEN, YELLOW, ORANGE = (
    (206, 17, 38),
    (0, 56, 168),
    (0, 122, 61),
    (252, 209, 22),
    (255, 136, 62),
)
COLOURS = {
    "white": WHITE,
    "black": BLACK,
    "red": RED,
    "blue": BLUE,
    "green": GREEN,
    "yellow": YELLOW,
    "orange": ORANGE,
}
Colour = tuple[int, int, int]
Made = Iterator[tuple[str, Image.Image]]
WORDS = ("SALE", "LOGO", "BREAKING NEWS", "THE END", "SUBSCRIBE", "NO SIGNAL", "404", "OK")


def pictures() -> Made:
    """Yield (label, picture)."""
    yield from _striped()
    yield from _crossed()
    yield from _logos()
    yield from _cards()
    yield from _texts()


def _page(colour: Colour = WHITE) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    page = Image.new("RGB", SIZE, colour)
    return page, ImageDraw.Draw(page)


def _striped() -> Made:
    width, height = SIZE
    for names in permutations(COLOURS, 3):
        for upright in (True, False):
            page, draw = _page()
            for place, name in enumerate(names):
                box = (
                    (width * place / 3, 0, width * (place + 1) / 3, height)
                    if upright
                    else (0, height * place / 3, width, height * (place + 1) / 3)
                )
                draw.rectangle(box, COLOURS[name])
            yield f"flag: {', '.join(names)}, {'upright' if upright else 'level'}", page


def _crossed() -> Made:
    width, height = SIZE
    for field, cross in permutations(COLOURS, 2):
        for at, kind in ((0.36, "Nordic cross"), (0.5, "cross")):
            page, draw = _page(COLOURS[field])
            bar = height * 0.1
            draw.rectangle((width * at - bar, 0, width * at + bar, height), COLOURS[cross])
            draw.rectangle((0, height / 2 - bar, width, height / 2 + bar), COLOURS[cross])
            yield f"flag: {cross} {kind} on {field}", page
        page, draw = _page(COLOURS[field])
        draw.ellipse((180, 80, 420, 320), COLOURS[cross])
        yield f"flag: {cross} disc on {field}", page


def _logos() -> Made:
    shapes = {
        "disc": lambda d, c: d.ellipse((200, 100, 400, 300), c),
        "ring": lambda d, c: d.ellipse((200, 100, 400, 300), outline=c, width=40),
        "square": lambda d, c: d.rectangle((200, 100, 400, 300), c),
        "rounded square": lambda d, c: d.rounded_rectangle((200, 100, 400, 300), 45, c),
        "triangle": lambda d, c: d.polygon([(300, 90), (410, 300), (190, 300)], c),
        "play button": lambda d, c: d.polygon([(220, 90), (420, 200), (220, 310)], c),
        "diamond": lambda d, c: d.polygon([(300, 80), (420, 200), (300, 320), (180, 200)], c),
        "tick": lambda d, c: d.line([(190, 210), (270, 290), (420, 110)], c, 45, "curve"),
        "speech bubble": lambda d, c: (
            d.rounded_rectangle((170, 90, 430, 260), 50, c),
            d.polygon([(230, 250), (300, 250), (220, 330)], c),
        ),
    }
    grounds = (("white", "black"), ("black", "white"), ("white", "blue"), ("blue", "white"))
    for (name, shape), (ground, ink) in product(shapes.items(), grounds):
        page, draw = _page(COLOURS[ground])
        shape(draw, COLOURS[ink])
        yield f"logo: {ink} {name} on {ground}", page
    for letter, (ground, ink) in product("ABCDEFGHIJKLMNOPQRSTUVWXYZ", grounds):
        page, draw = _page(COLOURS[ground])
        draw.text((300, 200), letter, COLOURS[ink], _font(300), anchor="mm")
        yield f"logo: {ink} letter {letter} on {ground}", page


def _cards() -> Made:
    width, height = SIZE
    bars = [(192, 192, 192), (192, 192, 0), (0, 192, 192), (0, 192, 0)]
    bars += [(192, 0, 192), (192, 0, 0), (0, 0, 192)]
    page, draw = _page()
    for place, colour in enumerate(bars):
        draw.rectangle((width * place / 7, 0, width * (place + 1) / 7, height), colour)
    yield "test card: colour bars", page
    page, draw = _page(GREY)
    for at in range(0, width, 50):
        draw.line((at, 0, at, height), WHITE, 3)
        draw.line((0, at, width, at), WHITE, 3)
    draw.ellipse((100, 0, 500, 400), outline=WHITE, width=6)
    yield "test card: grid and circle", page
    for squares in (2, 4, 6, 8):
        page, draw = _page()
        side = height / squares
        for row, column in product(range(squares), range(squares * 3 // 2 + 1)):
            if (row + column) % 2:
                left, top = column * side, row * side
                draw.rectangle((left, top, left + side, top + side), BLACK)
        yield f"test card: chessboard, {squares} rows", page
    for count in (3, 5, 9):
        page, draw = _page()
        for place in range(count):
            shade = 255 * place // (count - 1)
            left, right = width * place / count, width * (place + 1) / count
            draw.rectangle((left, 0, right, height), (shade, shade, shade))
        yield f"test card: {count} greys", page


def _texts() -> Made:
    for word, (ground, ink) in product(WORDS, ((WHITE, BLACK), (BLACK, WHITE), (RED, WHITE))):
        page, draw = _page(ground)
        draw.text((300, 200), word, ink, _font(70), anchor="mm")
        yield f"text: {word}", page
        page, draw = _page(GREY)
        draw.rectangle((0, 280, 600, 400), ground)
        draw.text((300, 340), word, ink, _font(60), anchor="mm")
        yield f"bar of text: {word}", page
    for lines in (1, 5, 10, 20):
        page, draw = _page()
        for line in range(lines):
            text = "All that is written here is a page of plain words."
            draw.text((30, 20 + line * 18), text, BLACK, _font(15))
        yield f"blank page with {lines} lines", page


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def hashed() -> Iterator[tuple[str, str]]:
    """Yield (label, PDQ value) of each picture and of its rotations and mirror images."""
    import numpy
    import pdqhash

    seen = set()
    for label, picture in pictures():
        vectors, quality = pdqhash.compute_dihedral(numpy.asarray(picture))
        for vector in vectors if quality >= 50 else ():
            value = numpy.packbits(vector).tobytes().hex()
            if 64 <= int(value, 16).bit_count() <= 192 and value not in seen:
                seen.add(value)
                yield label, value


def main() -> None:
    """Print the list that ships."""
    for label, value in hashed():
        print(f"{value} {label}")  # noqa: T201


if __name__ == "__main__":
    main()
