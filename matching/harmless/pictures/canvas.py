"""What is drawn on, and with which colours."""

from collections.abc import Iterator

from PIL import Image, ImageDraw, ImageFont

SIZE = WIDTH, HEIGHT = 600, 400
WHITE, BLACK, GREY = (255, 255, 255), (0, 0, 0), (128, 128, 128)
RED, BLUE, GREEN, YELLOW = (206, 17, 38), (0, 56, 168), (0, 122, 61), (252, 209, 22)

Colour = tuple[int, int, int]
Draw = ImageDraw.ImageDraw
Made = Iterator[tuple[str, Image.Image]]


def page(colour: Colour = WHITE) -> tuple[Image.Image, Draw]:
    """Return an empty page and what draws on it."""
    blank = Image.new("RGB", SIZE, colour)
    return blank, ImageDraw.Draw(blank)


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font that Pillow brings, so that it is the same everywhere."""
    return ImageFont.load_default(size)
