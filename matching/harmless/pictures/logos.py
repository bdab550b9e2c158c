"""Plain logos: a shape or a letter on a plain ground, light on dark and dark on light."""

from itertools import product

from matching.harmless.pictures.canvas import BLACK, WHITE, Made, font, page

SHAPES = {
    "disc": lambda d, c: d.ellipse((200, 100, 400, 300), c),
    "large disc": lambda d, c: d.ellipse((110, 10, 490, 390), c),
    "small disc": lambda d, c: d.ellipse((250, 150, 350, 250), c),
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
    "plus": lambda d, c: (
        d.rectangle((270, 80, 330, 320), c),
        d.rectangle((180, 170, 420, 230), c),
    ),
    "cross": lambda d, c: (
        d.line([(190, 90), (410, 310)], c, 50),
        d.line([(410, 90), (190, 310)], c, 50),
    ),
    "heart": lambda d, c: (
        d.pieslice((180, 90, 310, 220), 135, 360, c),
        d.pieslice((290, 90, 420, 220), 180, 405, c),
        d.polygon([(190, 190), (300, 175), (410, 190), (300, 330)], c),
    ),
    "person": lambda d, c: (
        d.ellipse((240, 60, 360, 180), c),
        d.pieslice((170, 200, 430, 520), 180, 360, c),
    ),
    "camera": lambda d, c: (
        d.rounded_rectangle((160, 120, 440, 310), 30, c),
        d.ellipse((235, 150, 365, 280), outline=(128, 128, 128), width=25),
    ),
    "house": lambda d, c: (
        d.polygon([(300, 70), (440, 200), (160, 200)], c),
        d.rectangle((200, 200, 400, 330), c),
    ),
    "warning": lambda d, c: (
        d.polygon([(300, 60), (450, 330), (150, 330)], c),
        d.rectangle((288, 150, 312, 250), (128, 128, 128)),
        d.ellipse((286, 270, 314, 298), (128, 128, 128)),
    ),
    "no entry": lambda d, c: (
        d.ellipse((180, 80, 420, 320), c),
        d.rectangle((210, 178, 390, 222), (128, 128, 128)),
    ),
    "three bars": lambda d, c: [
        d.rectangle((180, top, 420, top + 40), c) for top in (100, 180, 260)
    ],
    "four squares": lambda d, c: [
        d.rectangle((x, y, x + 105, y + 105), c) for x in (190, 305) for y in (90, 205)
    ],
}
GROUNDS = ((WHITE, BLACK, "dark"), (BLACK, WHITE, "light"))
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghkmnqrty0123456789&@#?!"
SIZES = (300, 180)


def logos() -> Made:
    """Yield each shape and letter. What matters to PDQ is which is the lighter."""
    for (name, shape), (ground, ink, tone) in product(SHAPES.items(), GROUNDS):
        picture, draw = page(ground)
        shape(draw, ink)
        yield f"logo: {tone} {name}", picture
    for letter, (ground, ink, tone), size in product(LETTERS, GROUNDS, SIZES):
        picture, draw = page(ground)
        draw.text((300, 200), letter, ink, font(size), anchor="mm")
        yield f"logo: {tone} letter {letter}{'' if size == SIZES[0] else ', small'}", picture
