"""Pictures that are nobody's, drawn by code: flags, plain logos, test cards, pages and screens.

    python -m matching.harmless.pictures > matching/harmless/shipped.txt

Needs Pillow and pdqhash, which the product itself does without: what ships are the hashes.
"""

from matching.harmless.pictures.canvas import Made
from matching.harmless.pictures.cards import cards
from matching.harmless.pictures.flags import flags
from matching.harmless.pictures.logos import logos
from matching.harmless.pictures.pages import pages

__all__ = ["pictures"]


def pictures() -> Made:
    """Yield (label, picture); the label begins with the kind and a colon."""
    yield from flags()
    yield from logos()
    yield from cards()
    yield from pages()
