"""The proxy that stands before web: ends TLS, says so, and hands each request on when it is whole."""

from __future__ import annotations

import contextlib
import http.client
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ncii.tests.authority import Authority

_OF_THE_WIRE = {"connection", "keep-alive", "transfer-encoding", "content-length", "upgrade"}


class Front:
    """A context manager; `port` on loopback is where it listens, with a certificate for `host`."""

    def __init__(self, host: str, behind: int, folder: Path) -> None:
        handler = type("Handler", (_Handler,), {"behind": behind})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(Authority(folder).certify(host))
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Front:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    behind = 0

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in _OF_THE_WIRE
        }
        headers["X-Forwarded-Proto"] = "https"
        headers["X-Forwarded-For"] = str(self.client_address[0])
        web = http.client.HTTPConnection("127.0.0.1", self.behind, timeout=60)
        web.request(self.command, self.path, body or None, headers)
        answer = web.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OF_THE_WIRE | {"date", "server"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        # Who has left the page does not take the rest.
        with contextlib.suppress(OSError):
            self.wfile.write(content)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *said: object) -> None:
        """Nothing, as the runbook asks of a proxy."""
