"""The hashing workers' own policy: the script that sees the picture has no network.

A worker is one script that imports nothing, so its ``script-src`` names no address at all: not even
our own server can be reached with an ``import("...?bytes")``. What is left is WebAssembly, from
modules that the page sends in.
"""

import re
from collections.abc import MutableMapping

WORKER_POLICY = (
    "default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src 'none'; worker-src 'none'; "
    "img-src 'none'; font-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_WORKER = re.compile(r"/hashes/vendor/[a-z]+-worker(\.[0-9a-f]+)?\.js$")


def static_headers(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """Add the policy to a hashing worker's response headers; leave every other static file alone.

    The signature is that of WhiteNoise's ``WHITENOISE_ADD_HEADERS_FUNCTION``: ``headers`` is
    changed in place, ``path`` is the file's place on disk, ``url`` the path it is served at.
    """
    if _WORKER.search(url):
        headers["Content-Security-Policy"] = WORKER_POLICY
        headers["Cross-Origin-Embedder-Policy"] = "require-corp"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
