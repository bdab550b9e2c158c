"""The broker in Redis: it may die at any moment, and a worker connects again."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection, Consumer, Queue

from ncii.dev.processes import Child, free_port, wait_for_port
from ncii.dev.servers import redis_child
from ncii.lib.redis_broker import Transport
from ncii.tests.authority import Authority
from ncii.tests.stack import ROOT

pytestmark = pytest.mark.stateless
CONNECT = """
from ncii.celery import app
with app.connection_for_write() as broker:
    broker.ensure_connection(max_retries=1)
    print(type(broker.transport).__module__)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Child, str]]:
    """A Redis of its own, and its address."""
    port = free_port()
    child = redis_child(port, tmp_path)
    child.start()
    wait_for_port(port, child)
    yield child, f"redis://127.0.0.1:{port}/0"
    child.kill()


def test_the_settings_use_it(server):
    _, address = server
    assert ask(address) == "ncii.lib.redis_broker"


@pytest.mark.parametrize(
    ("name", "authority_known", "answer"),
    [
        ("localhost", True, "ncii.lib.redis_broker"),
        ("localhost", False, "CERTIFICATE_VERIFY_FAILED"),
        ("another.example", True, "Hostname mismatch"),
    ],
)
def test_over_tls_the_certificate_is_checked(tmp_path, name, authority_known, answer):
    authority = Authority(tmp_path)
    port, certificate = free_port(), str(authority.certify(name))
    child = redis_child(0, tmp_path)
    tls = ("--tls-port", port, "--tls-cert-file", certificate, "--tls-key-file", certificate)
    child.argv = [*child.argv, *map(str, tls), "--tls-auth-clients", "no"]
    child.start()
    wait_for_port(port, child)
    known = f"?ssl_ca_certs={authority.file}" if authority_known else ""
    try:
        assert answer in ask(f"rediss://localhost:{port}/0{known}")
    finally:
        child.kill()


def ask(address: str) -> str:
    """Return the broker's transport as the settings make it, or why it can't be reached."""
    ran = subprocess.run(
        [sys.executable, "-c", CONNECT],
        env={"BROKER_URL": address, "DJANGO_SETTINGS_MODULE": "ncii.settings"},
        capture_output=True,
        cwd=ROOT,
        text=True,
    )
    return ran.stdout.strip() or ran.stderr


def test_a_connection_can_be_closed_though_the_first_closing_ended_half_way(server):
    child, address = server
    broker = Connection(address, transport=Transport)
    channel, taken = broker.default_channel, []
    queue = Queue("q", channel=channel)
    queue.declare()
    broker.Producer(channel).publish({}, routing_key="q")
    with Consumer(channel, [queue], callbacks=[lambda _, message: taken.append(message)]):
        while not taken:
            broker.drain_events(timeout=10)
    child.kill()

    broker.transport.client = None
    with pytest.raises(broker.connection_errors):
        taken[0].ack()
    broker.close()
