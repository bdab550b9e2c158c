"""Display-P3 as an ICC profile, as phones embed it (ICC.1:2001-04: matrix and tone curve)."""

from __future__ import annotations

import struct

HEADER_BYTES = 128
# Columns of the matrix to CIE XYZ, adapted to D50 (SMPTE EG 432-1 primaries), and D50 itself.
COLUMNS = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
    b"wtpt": (0.96420, 1.0, 0.82491),
}
GAMMA_2_2 = struct.pack(">4s4xIH2x", b"curv", 1, int(2.2 * 256))


def display_p3() -> bytes:
    """A profile under which the same numbers mean other colours than in sRGB."""
    tags = {tag: struct.pack(">4s4x3i", b"XYZ ", *map(fixed, xyz)) for tag, xyz in COLUMNS.items()}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), GAMMA_2_2)
    name = b"Display P3\0"
    tags[b"desc"] = struct.pack(">4s4xI", b"desc", len(name)) + name + bytes(79)
    tags[b"cprt"] = b"text" + bytes(4) + b"None\0"
    at = HEADER_BYTES + 4 + 12 * len(tags)
    table, bodies = struct.pack(">I", len(tags)), b""
    for tag, body in tags.items():
        table += struct.pack(">4sII", tag, at + len(bodies), len(body))
        bodies += body + bytes(-len(body) % 4)
    return header(at + len(bodies)) + table + bodies


def header(size: int) -> bytes:
    white = struct.pack(">3i", *map(fixed, COLUMNS[b"wtpt"]))
    start = struct.pack(">I4xI4s4s4s12x4s", size, 0x02100000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    return (start + bytes(28) + white).ljust(HEADER_BYTES, b"\0")


def fixed(value: float) -> int:
    """s15Fixed16Number."""
    return round(value * 65536)
