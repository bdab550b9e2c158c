"""Bytes that are no proper request: the server refuses each, and goes on serving others."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from ncii.tests.fuzz.visitor import Answer, exchange, read_answer

MEGABYTE = 1 << 20
_HOST = b"Host: 127.0.0.1\r\n"
_JSON = b"Content-Type: application/json\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n"


def _post(path: bytes, headers: bytes, body: bytes) -> bytes:
    return b"POST " + path + b" HTTP/1.1\r\n" + _HOST + headers + b"\r\n" + body


def _sized(size: int, path: bytes = b"/api/v1/matches") -> bytes:
    return _post(path, _JSON + b"Content-Length: %d\r\n" % size, b"0" * size)


def _chunks(size: int, count: int, path: bytes = b"/en/status") -> bytes:
    chunk = b"%x\r\n" % size + b"0" * size + b"\r\n"
    return _post(path, _JSON + _CHUNKED, chunk * count + b"0\r\n\r\n")


ATTACKS: dict[str, bytes] = {
    "too long, as stated": _sized(2 * MEGABYTE),
    "too long, in chunks": _chunks(65536, 40),
    "many tiny chunks": _chunks(1, 20_000),
    "longer than it says": _post(b"/en/status", b"Content-Length: 1\r\n", b"0" * 5000),
    "a length below zero": _post(b"/api/v1/matches", b"Content-Length: -1\r\n", b""),
    "two lengths": _post(b"/en/status", b"Content-Length: 1\r\nContent-Length: 2\r\n", b"00"),
    "length and chunks": _post(b"/en/", b"Content-Length: 3\r\n" + _CHUNKED, b"0\r\n\r\n"),
    "a length in other digits": _post(b"/en/", "Content-Length: ٣\r\n".encode(), b"000"),
    "a chunk of a length below zero": _post(b"/en/", _CHUNKED, b"-1\r\n0\r\n0\r\n\r\n"),
    "a chunk of no length": _post(b"/en/", _CHUNKED, b"zz\r\n0\r\n"),
    "a chunk of a huge length": _post(b"/en/", _CHUNKED, b"f" * 40 + b"\r\n0\r\n"),
    "chunks twice": _post(b"/en/", _CHUNKED + b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n"),
    "another coding": _post(b"/en/", b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n"),
    "a null byte in the path": b"GET /en/\0status HTTP/1.1\r\n" + _HOST + b"\r\n",
    "a null byte in a header": b"GET /en/ HTTP/1.1\r\n" + _HOST + b"Cookie: session=a\0b\r\n\r\n",
    "a null byte in a cookie, quoted": b"GET /en/status/case HTTP/1.1\r\n"
    + _HOST
    + b'Cookie: session="a\\000b"\r\n\r\n',
    "bytes that are no text": b"GET /\xff\xfe\x80 HTTP/1.1\r\n" + _HOST + b"\r\n",
    "a path that is no UTF-8": b"GET /en/%ff%fe HTTP/1.1\r\n" + _HOST + b"\r\n",
    "an overlong dot": b"GET /static/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd HTTP/1.1\r\n"
    + _HOST
    + b"\r\n",
    "out of the static folder": b"GET /static/..%2f..%2fmanage.py HTTP/1.1\r\n" + _HOST + b"\r\n",
    "a line too long": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + _HOST + b"\r\n",
    "a header too long": b"GET /en/ HTTP/1.1\r\n" + _HOST + b"A: " + b"a" * 200_000 + b"\r\n\r\n",
    "too many headers": b"GET /en/ HTTP/1.1\r\n" + _HOST + b"A: a\r\n" * 5000 + b"\r\n",
    "a folded header": b"GET /en/ HTTP/1.1\r\n" + _HOST + b"A: a\r\n b\r\n\r\n",
    "a header without a name": b"GET /en/ HTTP/1.1\r\n" + _HOST + b": a\r\n\r\n",
    "a header with a space": b"GET /en/ HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n",
    "an underscore for a dash": _post(b"/en/", b"Content_Length: 5\r\nX_Forwarded_For: 1\r\n", b""),
    "no host": b"GET /en/ HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /en/ HTTP/1.1\r\n" + _HOST + b"Host: evil.example\r\n\r\n",
    "another host": b"GET /en/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a host with a path": b"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1/x@evil\r\n\r\n",
    "a path like a broken host": b"GET //https://[::1/en/ HTTP/1.1\r\n" + _HOST + b"\r\n",
    "an address for a path": b"GET http://evil.example/en/ HTTP/1.1\r\n" + _HOST + b"\r\n",
    "no version": b"GET /en/\r\n\r\n",
    "a version to come": b"GET /en/ HTTP/9.9\r\n" + _HOST + b"\r\n",
    "another protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a handshake": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(400),
    "a change of protocol": b"GET /en/ HTTP/1.1\r\n"
    + _HOST
    + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\n" + _HOST + b"\r\n",
    "everything at once": b"OPTIONS * HTTP/1.1\r\n" + _HOST + b"\r\n",
    "a proxy's greeting": b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET /en/ HTTP/1.1\r\n\r\n",
    "line ends of another kind": b"GET /en/ HTTP/1.1\nHost: 127.0.0.1\n\n",
    "nothing": b"\r\n\r\n\r\n",
    "noise": bytes(range(256)) * 40,
    "a file in a form": _post(
        b"/en/case/new",
        b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 96\r\n",
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.jpg"\r\n\r\n'
        + b"0" * 20
        + b"\r\n--x--\r\n",
    ),
    "a thousand fields": _post(
        b"/en/status",
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 40000\r\n",
        b"a=1&" * 10_000,
    ),
}


def strike(port: int, name: str) -> Answer:
    """Send one; end what it sends there, so that the server waits for no more."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
        with contextlib.suppress(OSError):
            wire.sendall(ATTACKS[name])
            wire.shutdown(socket.SHUT_WR)
        try:
            return read_answer(wire)
        except (OSError, ValueError):
            return Answer(0)


def is_alive(port: int) -> bool:
    """Say whether somebody else is served."""
    answer = exchange(port, b"GET /healthz HTTP/1.1\r\n" + _HOST + b"Connection: close\r\n\r\n")
    return answer.status == 200


@contextmanager
def dawdlers(port: int, count: int) -> Iterator[list[socket.socket]]:
    """Hold connections on which a request has begun and does not go on."""
    beginnings = (
        b"POST /en/status HTTP/1.1\r\n" + _HOST + b"Content-Length: 1000\r\n\r\nnumber=",
        b"POST /api/v1/matches HTTP/1.1\r\n" + _HOST + _JSON + _CHUNKED + b"\r\n5\r\n{",
        b"GET /en/ HTTP/1.1\r\n" + _HOST + b"A: ",
        b"G",
    )
    wires: list[socket.socket] = []
    try:
        for number in range(count):
            wires.append(socket.create_connection(("127.0.0.1", port), timeout=120))
            wires[-1].sendall(beginnings[number % len(beginnings)])
        yield wires
    finally:
        for wire in wires:
            wire.close()
