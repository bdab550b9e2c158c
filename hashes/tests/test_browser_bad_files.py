"""What can't be hashed says why, and leaves the other files alone."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from hashes.tests.hashing import HashingPage, encoded, photograph
from hashes.tests.samples.dicom import dataset, jpeg_ls, saved
from hashes.tests.samples.heif import avif, heic
from hashes.tests.samples.layered import miff, psd
from hashes.tests.samples.tiff import by_tifffile
from hashes.tests.samples.xcf import FOLDER as GIMP

pytestmark = pytest.mark.stateless

JPEG = encoded(photograph("coffee.png"), "JPEG", progressive=True)
PNG = encoded(photograph("coffee.png"), "PNG")
WEBP = encoded(photograph("coffee.png"), "WEBP")
FAINT = Image.linear_gradient("L").point(lambda value: 100 + value // 32)
HEIC = heic(photograph("coffee.png"))
AVIF = avif(photograph("coffee.png"))
GIF = encoded(photograph("coffee.png").quantize(200), "GIF")
BMP = encoded(photograph("coffee.png"), "BMP")
TGA = encoded(photograph("coffee.png"), "TGA")
PCX = encoded(photograph("coffee.png"), "PCX")
MIFF = miff(np.asarray(photograph("coffee.png")), 8)
XCF = (GIMP / "rgb.xcf").read_bytes()
ZLIB_XCF = (GIMP / "zlib.xcf").read_bytes()
SOF2 = JPEG.index(b"\xff\xc2")


def png_chunk(kind: bytes, body: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + checksum


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that says this size and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def jpeg_of_size(width: int, height: int) -> bytes:
    return JPEG[: SOF2 + 5] + struct.pack(">HH", height, width) + JPEG[SOF2 + 9 :]


def with_size(isobmff: bytes, width: int, height: int) -> bytes:
    at = isobmff.index(b"ispe") + 8
    return isobmff[:at] + struct.pack(">II", width, height) + isobmff[at + 8 :]


def tiff_of_size(width: int, height: int) -> bytes:
    """One strip that is there, for a size that it can't fill."""
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (262, 3, 1, 1)]
    entries += [(273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 99)]
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"II*\0" + struct.pack("<I", 8 + 100)
    return head + bytes(100) + struct.pack("<H", len(entries)) + directory + bytes(4)


def tiff_of_grey_and_alpha_in_planes() -> bytes:
    planes = np.stack([np.asarray(photograph("coffee.png").convert("L"))] * 2)
    return by_tifffile(
        planes, photometric="minisblack", planarconfig="separate", extrasamples=["unassalpha"]
    )


def psd_of_size(width: int, height: int) -> bytes:
    return (
        psd(np.zeros((3, 4, 4), np.uint8), 3)[:14]
        + struct.pack(">IIHH", height, width, 8, 3)
        + bytes(99)
    )


def dicom_without_rows() -> bytes:
    made = dataset(np.asarray(photograph("coffee.png")))
    made.Rows = 0
    return saved(made)


def encrypted(content: bytes) -> bytes:
    """As OpenSSL's `enc` leaves a file: a mark, a salt, and what looks like noise."""
    noise = np.random.default_rng(5).integers(0, 256, len(content), dtype=np.uint8).tobytes()
    return b"Salted__" + noise


BAD_FILES = {
    "nothing": (b"", "empty"),
    "text": (b"not a picture at all", "unsupported"),
    "text named as one": ("naïve text ÿØÿ".encode(), "unsupported"),
    "one byte": (b"\xff", "unsupported"),
    "JPEG cut in the middle": (JPEG[: len(JPEG) // 2], "truncated"),
    "JPEG cut by one byte": (JPEG[:-1], "truncated"),
    "JPEG cut in its header": (JPEG[:100], "truncated"),
    "JPEG filled up with zeros": (JPEG[: len(JPEG) // 2] + bytes(9999), "truncated"),
    "JPEG magic only": (b"\xff\xd8\xff\xe0", "truncated"),
    "JPEG without a picture": (b"\xff\xd8\xff\xd9", "damaged"),
    "JPEG of no height": (jpeg_of_size(600, 0), "damaged"),
    "JPEG bomb": (jpeg_of_size(65500, 65500), "too-big"),
    "PNG cut in the middle": (PNG[: len(PNG) // 2], "truncated"),
    "PNG cut by one byte": (PNG[:-1], "truncated"),
    "PNG with a flipped bit": (PNG[:9000] + bytes([PNG[9000] ^ 4]) + PNG[9001:], "damaged"),
    "PNG of too few pixels": (png_of_size(500, 500), "damaged"),
    "PNG of no width": (png_of_size(0, 10), "damaged"),
    "PNG bomb": (png_of_size(100_000, 100_000), "too-big"),
    "WebP cut in the middle": (WEBP[: len(WEBP) // 2], "truncated"),
    "WebP cut by one byte": (WEBP[:-1], "truncated"),
    "WebP without its start code": (WEBP[:23] + bytes(3) + WEBP[26:], "damaged"),
    "HEIC cut in the middle": (HEIC[: len(HEIC) // 2], "truncated"),
    "HEIC cut by one byte": (HEIC[:-1], "truncated"),
    "HEIC of its brands only": (HEIC[: HEIC.index(b"meta") - 4], "damaged"),
    "HEIC of zeros": (HEIC[: -len(HEIC) // 2] + bytes(len(HEIC) // 2), "damaged"),
    "HEIC bomb": (with_size(HEIC, 100_000, 100_000), "too-big"),
    "AVIF cut in the middle": (AVIF[: len(AVIF) // 2], "truncated"),
    "AVIF cut by one byte": (AVIF[:-1], "truncated"),
    "AVIF of zeros": (AVIF[: -len(AVIF) // 2] + bytes(len(AVIF) // 2), "damaged"),
    "AVIF bomb": (with_size(AVIF, 100_000, 100_000), "too-big"),
    "GIF cut in the middle": (GIF[: len(GIF) // 2], "truncated"),
    "GIF without a picture": (GIF[:6] + b"\x10\0\x10\0\0\0\0;", "damaged"),
    "GIF bomb": (GIF[:6] + b"\xff\xff\xff\xff" + GIF[10:], "too-big"),
    "TIFF bomb": (tiff_of_size(100_000, 100_000), "too-big"),
    "TIFF of grey and alpha in planes": (tiff_of_grey_and_alpha_in_planes(), "unsupported"),
    "TIFF without a directory": (b"II*\0\xff\xff\xff\x7f", "truncated"),
    "BMP bomb": (BMP[:18] + struct.pack("<ii", 40_000, 40_000) + BMP[26:], "too-big"),
    "TGA bomb": (TGA[:12] + struct.pack("<HH", 65_000, 65_000) + TGA[16:], "too-big"),
    "PSD bomb": (psd_of_size(30_000, 30_000), "truncated"),
    "PCX bomb": (PCX[:8] + struct.pack("<HH", 65_000, 65_000) + PCX[12:], "too-big"),
    "MIFF bomb": (MIFF.replace(b"columns=600", b"columns=600000", 1), "too-big"),
    "XCF bomb": (XCF[:14] + struct.pack(">II", 100_000, 100_000) + XCF[22:], "too-big"),
    "XCF with zlib, cut": (ZLIB_XCF[: len(ZLIB_XCF) // 2], "truncated"),
    "DICOM of no rows": (dicom_without_rows(), "damaged"),
    "DICOM with JPEG-LS": (jpeg_ls(), "unsupported"),
    "encrypted": (encrypted(JPEG), "unsupported"),
    "in an encrypted archive": (b"PK\x03\x04\x14\0\x01\0\x08\0" + encrypted(JPEG), "unsupported"),
    "plain grey": (encoded(Image.new("RGB", (400, 300), "grey"), "PNG"), "too-plain"),
    "faint slope": (encoded(FAINT, "PNG"), "too-plain"),
    "four pixels high": (encoded(Image.effect_noise((400, 4), 99), "PNG"), "too-plain"),
}  # fmt: skip


def test_each_bad_file_says_why_and_good_ones_go_on(hashing_page: HashingPage):
    good = [("good", JPEG), ("good", PNG), ("good", WEBP)]
    bad = [(name, content) for name, (content, _) in BAD_FILES.items()]
    expected = {name: code for name, (_, code) in BAD_FILES.items()}
    results = hashing_page.hash_files(good + bad + good)
    told = {name: result.get("error") for (name, _), result in zip(bad, results[3:-3], strict=True)}
    assert told == expected
    assert all(result.get("kind") == "photo" for result in results[:3] + results[-3:])


def test_five_gigabytes_of_one_picture_are_refused_and_good_ones_go_on(
    hashing_page: HashingPage, tmp_path
):
    good, huge = tmp_path / "good.jpg", tmp_path / "huge.jpg"
    good.write_bytes(JPEG)
    with huge.open("wb") as out:
        out.write(JPEG)
        out.truncate(5_000_000_000)
    results = hashing_page.hash_paths([good, huge, good])
    assert [result.get("error") for result in results] == [None, "too-big", None]


def test_what_follows_the_picture_does_no_harm(hashing_page: HashingPage):
    results = hashing_page.hash_files(
        [("plain", JPEG), ("with a tail", JPEG + bytes(5000)), ("PNG", PNG), ("tail", PNG + b"x")]
    )
    assert results[0] == results[1]
    assert results[2] == results[3]


def test_bmp_that_says_a_wrong_length_is_hashed(hashing_page: HashingPage):
    wrong = [BMP[:2] + struct.pack("<I", length) + BMP[6:] for length in (0, 54, 10**9)]
    results = hashing_page.hash_files([("BMP", content) for content in [BMP, BMP + b"x", *wrong]])
    assert results[0]["kind"] == "photo"
    assert results == [results[0]] * 5


def test_codec_that_cannot_be_fetched_is_a_technical_error_and_retry_works(
    hashing_page: HashingPage, hashing_server
):
    hashing_server.blocked.add("/jpeg.wasm")
    assert hashing_page.hash_one(JPEG)["error"] == "technical"
    hashing_server.blocked.clear()
    assert hashing_page.hash_one(JPEG)["kind"] == "photo"


_CANCEL = """async () => {
  const { Hasher } = await import("/hashes/hasher.js");
  const hasher = new Hasher();
  const [file] = document.querySelector("input").files;
  const controller = new AbortController();
  const hash = () => hasher.hash(file, { signal: controller.signal }).catch((error) => error.code);
  const running = Array.from({ length: 8 }, hash);
  controller.abort();
  const cancelled = await Promise.all([...running, hash()]);
  const after = await hasher.hash(file);
  return [cancelled, after.kind];
}"""


def test_cancelling_ends_running_and_waiting_files_and_the_pool_goes_on(hashing_page: HashingPage):
    hashing_page.put([("file", JPEG)])
    assert hashing_page.page.evaluate(_CANCEL) == [["cancelled"] * 9, "photo"]
