"""`manage.py hash_pictures FILE…`: the PDQ hashes of staff's own pictures, for the harmless list."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

MOST_PIXELS = 50_000_000


class Command(BaseCommand):
    """Prints, for each picture, its hash and those of its rotations and mirror images.

    For pictures that are nobody's: logos, flags, memes. Never run it on a picture of a case, which
    nobody here has. Needs Pillow and pdqhash (requirements-dev.txt); the image has neither.
    """

    help = "Print the PDQ hashes of your own pictures, to be put on the harmless list."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take paths."""
        parser.add_argument("files", nargs="+")

    def handle(self, *args: Any, **options: Any) -> None:
        """Hash each; raise CommandError for what is no picture, or too plain for a hash."""
        try:
            import numpy
            import pdqhash
            from PIL import Image
        except ImportError as error:
            raise CommandError(f"{error.name} is missing: pip install Pillow pdqhash.") from None
        Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2
        found = []
        for path in options["files"]:
            try:
                with Image.open(path) as picture:
                    pixels = numpy.asarray(picture.convert("RGB"))
            # Pillow's decoders raise SyntaxError and struct.error, too, for damaged files.
            except Exception as error:  # noqa: BLE001
                raise CommandError(f"{path}: no picture that can be read ({error}).") from None
            vectors, quality = pdqhash.compute_dihedral(pixels)
            if quality < 50:
                raise CommandError(f"{path}: too plain (quality {quality}); intake refuses it.")
            found += [numpy.packbits(vector).tobytes().hex() for vector in vectors]
        self.stdout.write("\n".join(found))
