"""The Content-Security-Policy of the worker that sees the picture."""

from typing import Any


def static_headers(headers: Any, path: str, url: str) -> None:
    """Give the hashing worker's script its own policy; leave other files alone."""
