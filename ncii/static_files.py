"""The headers of static files: quiet for all, a policy of its own for the hashing worker."""

from typing import Any

from hashes.policy import static_headers


def add_headers(headers: Any, path: str, url: str) -> None:
    """WhiteNoise's hook (WHITENOISE_ADD_HEADERS_FUNCTION), called once per file and start."""
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Content-Type-Options"] = "nosniff"
    static_headers(headers, path, url)
