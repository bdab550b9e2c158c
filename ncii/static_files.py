"""Static files: their headers (each worker has a policy of its own), and their compression."""

import re
from typing import Any

import brotli
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedStaticFilesStorage

from hashes.policy import static_headers

LARGE_BYTES = 4_000_000
LARGE_QUALITY = 9
BEST_QUALITY = 11

# The worker that proves work (cases/static/cases/work-worker.js) may compute, and nothing else.
COMPUTING_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

# Opened by itself, a static file (a drawing, say) is a page that may load and run nothing.
LIFELESS_POLICY = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"

_COMPUTING = re.compile(r"/cases/work-worker(\.[0-9a-f]+)?\.js$")


def add_headers(headers: Any, path: str, url: str) -> None:
    """WhiteNoise's hook (WHITENOISE_ADD_HEADERS_FUNCTION), called once per file and start."""
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Content-Type-Options"] = "nosniff"
    # A page loads forty of these, so each letter counts: the shortest that lets a file do nothing.
    headers["Content-Security-Policy"] = LIFELESS_POLICY
    static_headers(headers, path, url)
    if _COMPUTING.search(url):
        headers["Content-Security-Policy"] = COMPUTING_POLICY


class QuickCompressor(Compressor):
    """Brotli at its best, except for ImageMagick: 15 MB take 48 s so, and 3 s one step lower."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        quality = BEST_QUALITY if len(data) < LARGE_BYTES else LARGE_QUALITY
        compressed: bytes = brotli.compress(data, quality=quality)
        return compressed


class StaticFiles(CompressedStaticFilesStorage):
    """Collected files lie beside their compressed copies."""

    def create_compressor(self, **options: Any) -> Compressor:
        return QuickCompressor(**options)
