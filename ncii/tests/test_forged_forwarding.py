"""Headers by which a proxy tells a server where it is, sent by a client."""

import http.client

import pytest

from ncii.tests.stack import Stack

pytestmark = pytest.mark.e2e


def _ask(stack: Stack, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30)
    connection.request("GET", path, headers={n.replace("__", "-"): v for n, v in headers.items()})
    return connection.getresponse()


def test_no_header_moves_the_site_to_another_address(stack: Stack) -> None:
    assert _ask(stack, "/").headers["Location"] == "/en/"
    assert _ask(stack, "/", SCRIPT_NAME="//elsewhere.example").headers["Location"] == "/en/"
    moved = _ask(stack, "//elsewhere.example/", SCRIPT_NAME="//elsewhere.example")
    assert "elsewhere" not in (moved.headers["Location"] or "")


def test_words_on_transport_that_differ_keep_nobody_out(stack: Stack) -> None:
    answer = _ask(stack, "/en/", X__Forwarded__Proto="http", X__Forwarded__Ssl="on")
    assert answer.status == 200
