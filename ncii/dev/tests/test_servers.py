"""The test servers really serve, and leave neither process nor folder behind."""

import re
from pathlib import Path

import psycopg
import pytest
import redis as redis_client

from ncii.dev import servers
from ncii.dev.processes import free_port, wait_for_port

pytestmark = pytest.mark.stateless


def test_postgres_serves_and_goes():
    with servers.postgres() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE one")
        encoding = connection.execute("SHOW server_encoding").fetchone()
        data = connection.execute("SHOW data_directory").fetchone()
    assert encoding == ("UTF8",)
    assert data
    assert not Path(data[0]).parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_redis_serves_and_goes():
    with servers.redis() as url:
        client = redis_client.Redis.from_url(url)
        assert client.ping()
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        client.close()
    with pytest.raises(redis_client.ConnectionError):
        redis_client.Redis.from_url(url).ping()


def test_redis_keeps_its_data_through_a_kill(tmp_path: Path):
    port = free_port()
    child = servers.redis_child(port, tmp_path)
    client = redis_client.Redis(port=port)
    try:
        child.start()
        wait_for_port(port, child)
        client.config_set("appendfsync", "always")
        client.set("kept", "yes")
        child.kill()
        child.start()
        wait_for_port(port, child)
        assert client.get("kept") == b"yes"
    finally:
        client.close()
        child.kill()


def test_addresses_name_this_machine_only():
    with servers.redis() as url:
        assert re.fullmatch(r"redis://127\.0\.0\.1:\d+", url)
