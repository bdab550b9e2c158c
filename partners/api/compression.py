"""Answers in gzip for who asks, at its quickest: a page is hexadecimal digits for the most part, of
which the thorough levels save another twelfth in two and a half times the time.
"""

import zlib
from collections.abc import Iterable, Iterator
from typing import cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import patch_vary_headers
from django.utils.decorators import decorator_from_middleware
from django.utils.deprecation import MiddlewareMixin

_QUICKEST = 1
_GZIP = 16 + zlib.MAX_WBITS  # asks zlib for the header and trailer of RFC 1952
_SHORT = 200  # bytes, of which gzip makes no fewer


class _Compression(MiddlewareMixin):
    """Like Django's, but for its level, and without its noise on the length: what is answered here
    holds no secret of its own that a length could betray, and no browser sends these requests with
    somebody's cookies.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponse | StreamingHttpResponse
    ) -> HttpResponse | StreamingHttpResponse:
        """Compress the answer's body where that is asked for, and worth it."""
        if isinstance(response, HttpResponse) and len(response.content) < _SHORT:
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")):
            return response
        if isinstance(response, HttpResponse):
            response.content = b"".join(_compressed([response.content]))
        else:
            # Over WSGI, and so never an asynchronous iterator.
            parts = cast(Iterator[bytes], response.streaming_content)
            response.streaming_content = _compressed(parts)
        response["Content-Encoding"] = "gzip"
        return response


def _compressed(parts: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_QUICKEST, wbits=_GZIP)
    for part in parts:
        yield packer.compress(part)
    yield packer.flush()


compressed = decorator_from_middleware(_Compression)
