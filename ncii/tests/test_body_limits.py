"""Bodies that are too long, of unknown length, or that bring a file."""

import contextlib
import http.client
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from ncii.tests.stack import Stack


def _send_chunks(stack: Stack, path: str, chunks: Iterator[bytes]) -> int:
    address = urlsplit(stack.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    headers = {"Content-Type": "application/json"}
    # The server may have answered and closed before all was sent.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.request("POST", path, body=chunks, headers=headers, encode_chunked=True)
    return connection.getresponse().status


def _zeros(total: int) -> Iterator[bytes]:
    return (b"0" * 65536 for _ in range(total // 65536 + 1))


@pytest.mark.e2e
@pytest.mark.parametrize("path", ["/en/", "/api/v1/matches", "/staff/login/"])
def test_a_chunked_body_over_the_limit_is_refused(stack: Stack, path: str) -> None:
    assert _send_chunks(stack, path, _zeros(settings.MAX_BODY_BYTES)) == 413


@pytest.mark.e2e
def test_a_short_chunked_body_is_read(stack: Stack) -> None:
    assert _send_chunks(stack, "/no/such/page", iter([b"{}"])) == 404


@pytest.mark.e2e
def test_a_broken_chunk_is_a_bad_request(stack: Stack) -> None:
    address = urlsplit(stack.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as raw:
        raw.sendall(
            b"POST /api/v1/matches HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Transfer-Encoding: chunked\r\n\r\nnot a size\r\n"
        )
        answer = raw.recv(4096)

    assert answer.startswith(b"HTTP/1.1 400")


def test_a_stated_length_over_the_limit_is_refused(client: Client) -> None:
    answer = client.post(
        "/no/such/page", b"0" * (settings.MAX_BODY_BYTES + 1), content_type="application/json"
    )

    assert answer.status_code == 413


def test_a_length_that_is_no_number_is_refused(client: Client) -> None:
    assert client.post("/no/such/page", headers={"content-length": "many"}).status_code == 400
