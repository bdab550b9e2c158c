"""Pinning the address keeps the name: in SNI, and in the check of the certificate."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ncii.lib.outbound import NoAnswer, OutboundClient
from ncii.lib.outbound.client import tls_context
from ncii.tests.authority import Authority

pytestmark = pytest.mark.stateless

# The name is one, the address looked up for it another than that which the system would find.
PINNED = "127.0.0.2"


class SecureReceiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, certificate: Path) -> None:
        super().__init__((PINNED, 0), _Handler)
        self.got = 0
        self.sni: list[str | None] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.sni_callback = lambda _socket, name, _context: self.sni.append(name)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """A refused handshake is what some tests want."""


class _Handler(BaseHTTPRequestHandler):
    server: SecureReceiver

    def do_POST(self) -> None:
        self.server.got += 1
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    tls_context.cache_clear()
    yield made
    tls_context.cache_clear()


def post_to(certificate: Path) -> SecureReceiver:
    """Post to https://localhost, looked up as PINNED, where `certificate` is shown."""
    receiver = SecureReceiver(certificate)
    serving = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.05})
    serving.start()

    async def look_up(host: str, port: int) -> list[str]:
        return [PINNED]

    async def go() -> None:
        async with OutboundClient(may_be_local=True, look_up=look_up) as client:
            answer = await client.post(f"https://localhost:{receiver.server_port}/", b"{}", {})
            assert answer.status == 204

    try:
        asyncio.run(go())
    finally:
        receiver.shutdown()
        serving.join()
        receiver.server_close()
    return receiver


def test_the_name_is_sent_and_the_certificate_checked(authority: Authority) -> None:
    receiver = post_to(authority.certify("localhost"))
    assert receiver.sni == ["localhost"]
    assert receiver.got == 1


def test_a_certificate_for_another_name_is_refused(authority: Authority) -> None:
    with pytest.raises(NoAnswer, match="tls"):
        post_to(authority.certify("hooks.example"))


def test_a_certificate_that_has_run_out_is_refused(authority: Authority) -> None:
    with pytest.raises(NoAnswer, match="tls"):
        post_to(authority.certify("localhost", age=3))


def test_a_certificate_of_an_unknown_authority_is_refused(
    authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with pytest.raises(NoAnswer, match="tls"):
        post_to(Authority(tmp_path / "other").certify("localhost"))
