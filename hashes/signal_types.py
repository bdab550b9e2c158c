"""Signal types: one class each, with its validation, distance and example vectors."""

import re
from typing import ClassVar

HEX = re.compile(r"[0-9a-f]+")


class SignalError(ValueError):
    """A value is no signal of its type. `code` says why: shape, quality, balance or type."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class SignalType:
    """A kind of fingerprint. Subclasses state their name, length and examples."""

    name: ClassVar[str]
    kind: ClassVar[str]
    hex_length: ClassVar[int]
    examples: ClassVar[tuple[str, ...]]

    @classmethod
    def validate(cls, value: str, quality: int | None = None) -> None:
        """Raise SignalError unless `value` is the canonical lower-case hex of this type."""
        if len(value) != cls.hex_length or not HEX.fullmatch(value):
            raise SignalError(
                "shape", f"{cls.name} is {cls.hex_length} lower-case hexadecimal digits."
            )

    @classmethod
    def distance(cls, a: str, b: str) -> int:
        """Return the Hamming distance of two values, in bits."""
        return (int(a, 16) ^ int(b, 16)).bit_count()


class ImagePDQ(SignalType):
    """PDQ, 256 bits (Davis and Rosen, "The TMK+PDQF Video-Hashing Algorithm and the PDQ
    Image-Hashing Algorithm", Facebook, 2019).

    The paper advises to drop hashes of quality below 50 and to match at distance 31 or less.
    By construction about half of the bits are ones (each is compared with the median), so a
    value far from that was not computed by PDQ from a picture.
    """

    name = "ImagePDQ"
    kind = "photo"
    hex_length = 64
    minimum_quality: ClassVar[int] = 50
    match_distance: ClassVar[int] = 31
    ones: ClassVar[range] = range(64, 193)
    examples = (
        "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22",
        "d8f8f0cce0f4e84f0e370a22028f67f0b36e2ed596623e1d33e6339c4e9c9b22",
    )

    @classmethod
    def validate(cls, value: str, quality: int | None = None) -> None:
        """Raise SignalError for shape, a quality outside 0 to 100 or below 50, or balance."""
        super().validate(value, quality)
        if quality is not None and not cls.minimum_quality <= quality <= 100:
            raise SignalError("quality", "The PDQ quality must be from 50 to 100.")
        if int(value, 16).bit_count() not in cls.ones:
            raise SignalError("balance", "No picture has a PDQ hash like this one.")


class VideoMD5(SignalType):
    """MD5 of the whole file (RFC 1321): finds exact copies only."""

    name = "VideoMD5"
    kind = "video"
    hex_length = 32
    examples = ("d41d8cd98f00b204e9800998ecf8427e",)


SIGNAL_TYPES: dict[str, type[SignalType]] = {cls.name: cls for cls in (ImagePDQ, VideoMD5)}


def signal_type(name: str) -> type[SignalType]:
    """Return the class of that name; raise SignalError (type)."""
    try:
        return SIGNAL_TYPES[name]
    except KeyError:
        known = ", ".join(SIGNAL_TYPES)
        raise SignalError("type", f"The signal must be one of: {known}.") from None


def signal_type_by_length(value: str) -> type[SignalType]:
    """Tell the type of a bare value, as the StopNCII exchange sends it; raise SignalError."""
    for cls in SIGNAL_TYPES.values():
        if len(value) == cls.hex_length:
            return cls
    raise SignalError("shape", "The value is as long as no known signal.")
