"""Every hashing worker that is built is served with its own policy, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path
from wsgiref.headers import Headers

import pytest

from hashes.policy import WORKER_POLICY
from hashes.tests.serving import STATIC
from ncii.static_files import add_headers

pytestmark = pytest.mark.stateless

ADDRESS = re.compile(r"'self'|https?:|wss?:|blob:|data:|\*|unsafe-eval'(?<!wasm-unsafe-eval')")


def headers_of(path: Path) -> Headers:
    """What the product's own hook adds for a file of ours, under a release's address."""
    headers = Headers()
    add_headers(headers, str(path), f"/static/1.2.3/{path.relative_to(STATIC)}")
    return headers


def workers() -> set[Path]:
    return set((STATIC / "hashes" / "vendor").glob("*-worker.js"))


def test_every_worker_and_nothing_else_has_the_policy():
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    policies = {path: headers_of(path)["Content-Security-Policy"] for path in files}
    guarded = {path for path, policy in policies.items() if policy == WORKER_POLICY}
    assert guarded == workers()
    assert len(guarded) == 3
    assert all("default-src 'none'" in (policy or "") for policy in policies.values())


def test_policy_names_no_address_and_no_eval():
    assert not ADDRESS.search(WORKER_POLICY)
    for directive in ("default-src", "connect-src", "worker-src", "img-src", "font-src"):
        assert f"{directive} 'none'" in WORKER_POLICY


def test_workers_are_of_one_piece():
    for path in workers():
        assert not re.search(r"^(?:import|export)\b", path.read_text(), re.MULTILINE), path.name
