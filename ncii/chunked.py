"""Bodies are whole before anything reads them: in chunks, stated, or cut short on the way."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

Application = Callable[..., Iterable[bytes]]
# No length: whoever reads it refuses the request (ncii.middleware.body_limit).
CUT_SHORT = "cut short"


def with_length(application: Application, limit: int) -> Application:
    """Wrap a WSGI application: read a body of up to `limit` bytes, and state its true length.

    Django takes a body in chunks, without Content-Length (RFC 9112, section 7.1), for an empty
    one, and half of a body that broke off for all of it. Of a longer body in chunks `limit + 1`
    bytes are read and stated, so whoever checks the length refuses it; one that states to be
    longer is not read at all.
    """

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        stated = environ.get("CONTENT_LENGTH") or ""
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            _read(environ, limit + 1)
        elif stated.isascii() and stated.isdigit() and int(stated[:20]) <= limit:
            read = _read(environ, int(stated))
            environ["CONTENT_LENGTH"] = stated if read == int(stated) else CUT_SHORT
        return application(environ, start_response)

    return wrapped


def _read(environ: dict[str, Any], most: int) -> int:
    body = environ["wsgi.input"].read(most)
    environ["wsgi.input"] = BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return len(body)
