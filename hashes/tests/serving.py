"""A small server for the browser hasher's tests: our static files with our policy, and pixels."""

from __future__ import annotations

import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from hashes.policy import static_headers

STATIC = Path(__file__).resolve().parents[1] / "static"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
    "worker-src 'self'; img-src 'self'"
)
PAGE = b"<!doctype html><title>hashing</title><input type=file multiple>"


class HashingServer(ThreadingHTTPServer):
    """Serves on a free port of 127.0.0.1 and remembers every path it was asked for.

    ``blobs`` maps a path to bytes that a test wants served; ``blocked`` is a set of path endings
    that are answered with 503.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[str] = []
        self.blobs: dict[str, bytes] = {}
        self.blocked: set[str] = set()
        self._thread = threading.Thread(target=self.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that closes a connection early is no news."""


class _Handler(SimpleHTTPRequestHandler):
    server: HashingServer
    extensions_map = {".js": "text/javascript", ".wasm": "application/wasm"}

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, directory=str(STATIC), **options)

    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        path = self.path.split("?")[0]
        if any(path.endswith(ending) for ending in self.server.blocked):
            self.send_error(503)
        elif path == "/":
            self._answer(PAGE, "text/html")
        elif path in self.server.blobs:
            self._answer(self.server.blobs[path], "application/octet-stream")
        else:
            super().do_GET()

    def do_POST(self) -> None:
        self.server.seen.append(self.path)
        self.send_error(405)

    def _answer(self, body: bytes, content_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        headers = {"Content-Security-Policy": PAGE_POLICY}
        static_headers(headers, "", self.path.split("?")[0])
        for name, value in headers.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet: `seen` is the log."""
