"""Airplane mode: with the network off, every format whose decoder is there is hashed."""

from __future__ import annotations

import pytest

from hashes.tests.hashing import HashingPage, encoded, photograph
from hashes.tests.samples.heif import avif, heic

pytestmark = pytest.mark.stateless

PHOTO = photograph("coffee.png")
FILES = [
    ("JPEG", encoded(PHOTO, "JPEG")),
    ("PNG", encoded(PHOTO, "PNG")),
    ("WebP", encoded(PHOTO, "WEBP")),
    ("GIF", encoded(PHOTO, "GIF")),
    ("HEIC", heic(PHOTO)),
    ("AVIF", avif(PHOTO)),
    ("TIFF", encoded(PHOTO, "TIFF")),
    ("video", b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + bytes(999)),
]
CUT = [(name, content[: len(content) // 2]) for name, content in FILES[:3]]

_LOAD = 'import("/hashes/hasher.js").then(({ Hasher }) => { window.hasher = new Hasher(); })'
_PREPARE = """async () => {
  const fractions = [];
  await window.hasher.prepareOffline((fraction) => fractions.push(fraction));
  return fractions;
}"""


def test_everything_is_hashed_offline_once_prepared(hashing_page: HashingPage, hashing_server):
    page = hashing_page.page
    page.evaluate(_LOAD)
    fractions = page.evaluate(_PREPARE)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    page.context.set_offline(True)
    hashing_server.seen.clear()
    first = hashing_page.hash_files(FILES)
    assert [result.get("kind") for result in first] == ["photo"] * 7 + ["video"]
    refused = hashing_page.hash_files(CUT)
    assert {result["error"] for result in refused} == {"truncated"}
    assert hashing_page.hash_files(FILES) == first
    assert hashing_server.seen == []
    page.context.set_offline(False)


def test_what_was_used_before_works_offline(hashing_page: HashingPage):
    before = hashing_page.hash_files(FILES[:1] * 3)
    hashing_page.page.context.set_offline(True)
    assert hashing_page.hash_files(FILES[:1] * 3) == before
    hashing_page.page.context.set_offline(False)


def test_preparing_without_a_network_is_a_technical_error_and_can_be_tried_again(hashing_page):
    page = hashing_page.page
    page.evaluate(_LOAD)
    page.context.set_offline(True)
    code = page.evaluate("window.hasher.prepareOffline().catch((error) => error.code)")
    assert code == "technical"
    page.context.set_offline(False)
    assert page.evaluate("window.hasher.prepareOffline().then(() => 'ready')") == "ready"


def test_rare_decoder_tells_how_much_has_arrived(hashing_page: HashingPage):
    hashing_page.put([FILES[6]])
    fractions = hashing_page.page.evaluate(
        """async () => {
          const { Hasher } = await import("/hashes/hasher.js");
          const fractions = [];
          const onLoading = (fraction) => fractions.push(fraction);
          await new Hasher().hash(document.querySelector("input").files[0], { onLoading });
          return fractions;
        }"""
    )
    assert len(fractions) > 10
    assert fractions[-1] == 1
