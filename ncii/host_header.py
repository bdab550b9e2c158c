"""A request names the host that it is for (RFC 9112, section 3.2)."""

from collections.abc import Callable, Iterable
from typing import Any

from ncii.chunked import Application


def with_host(application: Application) -> Application:
    """Wrap a WSGI application: a request by HTTP/1.1 that names no host has an empty one.

    Left to itself, Django takes the address that the server listens on for the host. The empty name
    it refuses, as any other that is not in ALLOWED_HOSTS. HTTP/1.0 knew no Host.
    """

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("SERVER_PROTOCOL") != "HTTP/1.0":
            environ.setdefault("HTTP_HOST", "")
        return application(environ, start_response)

    return wrapped
