"""Bodies that come in chunks, without saying how long they are (RFC 9112, section 7.1)."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

Application = Callable[..., Iterable[bytes]]


def with_length(application: Application, limit: int) -> Application:
    """Wrap a WSGI application: read a chunked body of up to `limit` bytes, and state its length.

    Django takes a body without Content-Length for an empty one. Of a longer body `limit + 1`
    bytes are read and stated, so whoever checks the length refuses it.
    """

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            body = environ["wsgi.input"].read(limit + 1)
            environ["wsgi.input"] = BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        return application(environ, start_response)

    return wrapped
