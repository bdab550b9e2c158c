"""The worker that sees the picture reaches nothing: neither another host nor our own server."""

from __future__ import annotations

import pytest

from hashes.tests.hashing import HashingPage, encoded, photograph
from hashes.tests.serving import HashingServer
from ncii.tests.waiting import wait_until

pytestmark = pytest.mark.stateless

# Each resolves to "refused" or "let through"; all aim at our own server, the nearest way out.
PROBES = {
    "fetch": "fetch('/stolen?fetch').then(() => 'let through')",
    "fetch without CORS": "fetch('/stolen?nocors', { mode: 'no-cors' }).then(() => 'let through')",
    "keepalive": "fetch('/stolen?keep', { method: 'POST', body: 'x', keepalive: true })"
    ".then(() => 'let through')",
    "XHR": "new Promise((resolve, reject) => { const xhr = new XMLHttpRequest();"
    " xhr.onload = () => resolve('let through'); xhr.onerror = reject;"
    " xhr.open('GET', '/stolen?xhr'); xhr.send(); })",
    "WebSocket": "new Promise((resolve, reject) => {"
    " const socket = new WebSocket(`ws://${location.host}/stolen?socket`);"
    " socket.onopen = () => resolve('let through'); socket.onerror = reject; })",
    "EventSource": "new Promise((resolve, reject) => {"
    " const source = new EventSource('/stolen?events');"
    " source.onopen = () => resolve('let through'); source.onerror = reject; })",
    "WebTransport": "new WebTransport(`https://${location.host}/stolen`).ready"
    ".then(() => 'let through')",
    "import of our script": "import('/hashes/hasher.js?stolen').then(() => 'let through')",
    "import of itself": "import(`${location.href}?stolen`).then(() => 'let through')",
    "importScripts": "Promise.resolve().then(() => importScripts(`${location.href}?stolen`))"
    ".then(() => 'let through')",
    "import of data": "import('data:text/javascript,1').then(() => 'let through')",
    # In a task of its own: the debugger lifts the ban on eval while its own expression runs.
    "eval": "new Promise((resolve, reject) => setTimeout(() => {"
    " try { resolve(new Function(\"return 'let through'\")()); } catch (e) { reject(e); } }))",
    "nested worker": "new Promise((resolve, reject) => {"
    " const worker = new Worker(`${location.href}?stolen`); worker.onerror = reject;"
    " setTimeout(() => resolve('let through'), 1000); })",
    "blob worker": "new Promise((resolve, reject) => { const worker = new Worker("
    "URL.createObjectURL(new Blob(['postMessage(1)']))); worker.onerror = reject;"
    " worker.onmessage = () => resolve('let through'); })",
    "font": "new FontFace('x', 'url(/stolen?font)').load().then(() => 'let through')",
    "cache": "caches.open('x').then((cache) => cache.add('/stolen?cache'))"
    ".then(() => 'let through')",
    "image beacon": "Promise.resolve().then(() => { new Image().src = '/stolen?image'; })"
    ".then(() => 'let through')",
    "beacon": "Promise.resolve().then(() => navigator.sendBeacon('/stolen?beacon'))"
    ".then(() => 'let through')",
    "RTC": "Promise.resolve().then(() => new RTCPeerConnection()).then(() => 'let through')",
}

# In the page itself these get through, so the probes can tell.
CONTROLS = ("fetch", "XHR", "import of our script", "image beacon", "cache", "fetch without CORS")

FILES = {
    "JPEG": encoded(photograph("coffee.png"), "JPEG"),
    "video": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + bytes(99),
}


def outcome(expression: str) -> str:
    # A plain script has no await at its top; what throws at once counts as refused too.
    return f"(async () => {expression})().catch(() => 'refused')"


@pytest.mark.parametrize("kind", FILES)
def test_worker_reaches_nothing(hashing_page: HashingPage, hashing_server: HashingServer, kind):
    assert "error" not in hashing_page.hash_one(FILES[kind])
    (worker,) = hashing_page.page.workers
    hashing_server.seen.clear()
    told = {name: worker.evaluate(outcome(probe)) for name, probe in PROBES.items()}
    assert told == dict.fromkeys(PROBES, "refused")
    assert hashing_server.seen == []


def test_probes_would_tell(hashing_page: HashingPage, hashing_server: HashingServer):
    for name in CONTROLS:
        hashing_server.seen.clear()
        hashing_page.page.evaluate(outcome(PROBES[name]))
        wait_until(lambda: any("stolen" in path for path in hashing_server.seen), name)


def test_hashing_asks_for_codecs_only(hashing_page: HashingPage, hashing_server: HashingServer):
    hashing_server.seen.clear()
    hashing_page.hash_one(FILES["JPEG"])
    assert {path.rsplit(".", 1)[1] for path in hashing_server.seen} == {"js", "wasm"}
    assert not [path for path in hashing_server.seen if "?" in path]
