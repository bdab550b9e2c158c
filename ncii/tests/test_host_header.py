"""A request that names no host, or another one, is refused."""

import socket
from urllib.parse import urlsplit

import pytest

from ncii.tests.stack import Stack

pytestmark = pytest.mark.e2e


def _status(stack: Stack, head: bytes) -> bytes:
    address = urlsplit(stack.url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as raw:
        raw.sendall(head + b"Connection: close\r\n\r\n")
        return raw.makefile("rb").readline().split()[1]


@pytest.mark.parametrize("path", [b"/en/", b"/healthz", b"/api/v1/matches", b"/staff/login/"])
@pytest.mark.parametrize("host", [b"", b"Host:\r\n", b"Host: another.example\r\n"])
def test_a_request_for_no_host_of_ours_is_refused(stack: Stack, path: bytes, host: bytes) -> None:
    assert _status(stack, b"GET " + path + b" HTTP/1.1\r\n" + host) == b"400"


def test_who_speaks_as_before_there_were_names_is_answered(stack: Stack) -> None:
    assert _status(stack, b"GET /healthz HTTP/1.0\r\n") == b"200"
