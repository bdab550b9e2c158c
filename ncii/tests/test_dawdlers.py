"""Who sends a request slowly, or half of one, keeps nobody else out and leaves nothing behind."""

import socket
from collections.abc import Iterator

import pytest

from ncii.tests.fuzz.attacks import dawdlers, is_alive
from ncii.tests.fuzz.visitor import exchange, read_answer
from ncii.tests.stack import Stack

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def impatient() -> Iterator[Stack]:
    with Stack({"WEB_READ_SECONDS": "1"}) as running:
        yield running


def test_more_dawdlers_than_threads_keep_nobody_out(impatient: Stack) -> None:
    with dawdlers(impatient.port, 3 * 2 * 4):
        assert is_alive(impatient.port)


@pytest.mark.parametrize("path", ["/en/status", "/api/v1/matches", "/v1/SubmitFeedback"])
def test_half_a_body_is_no_body(impatient: Stack, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n"
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=60) as wire:
        wire.sendall(f"{head}number=1&pin=2".encode())
        dawdling = read_answer(wire)
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=60) as wire:
        wire.sendall(f"{head}number=1&pin=2".encode())
        wire.shutdown(socket.SHUT_WR)
        gone = read_answer(wire)
    assert (dawdling.status, gone.status) == (400, 400)


def test_a_connection_that_is_kept_has_its_time_anew(impatient: Stack) -> None:
    ask = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", impatient.port), timeout=60) as wire:
        for _ in range(3):
            wire.sendall(ask)
            assert read_answer(wire).status == 200
    assert exchange(impatient.port, ask).status == 200
