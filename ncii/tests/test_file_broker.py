"""The broker in files: a message is in the queue whole, or not at all."""

import threading
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from ncii.lib.file_broker import Transport

pytestmark = pytest.mark.stateless
LONG = "x" * 30_000_000  # takes far longer to write than to look


@pytest.fixture
def channel(tmp_path: Path):
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    (tmp_path / "queue").mkdir()
    with Connection("filesystem://", transport=Transport, transport_options=options) as broker:
        yield broker.channel()


def test_the_settings_use_it():
    from ncii.celery import app

    with app.connection_for_write() as broker:
        if broker.transport.driver_type == "filesystem":
            assert isinstance(broker.transport, Transport)


def test_a_reader_never_sees_half_a_message(channel):
    for number in range(5):
        writer = threading.Thread(target=channel._put, args=("q", {"n": number, "long": LONG}))
        writer.start()
        read = None
        while read is None:
            try:
                read = channel._get("q")
            except Empty:
                continue
        writer.join()
        assert (read["n"], len(read["long"])) == (number, len(LONG))


def test_queues_stay_apart(channel):
    for number in range(5):
        channel._put("a", {"n": number})
        channel._put("b", {"n": -number})
    assert channel._size("a") == 5
    assert sorted(channel._get("a")["n"] for _ in range(5)) == [0, 1, 2, 3, 4]
    assert channel._size("b") == 5


def test_what_cannot_be_written_leaves_nothing(channel, tmp_path: Path):
    (tmp_path / "queue").rmdir()
    with pytest.raises(ChannelError):
        channel._put("q", {"n": 1})
    (tmp_path / "queue").mkdir()
    with pytest.raises(Empty):
        channel._get("q")


def test_a_table_that_is_being_written_is_waited_for(channel, tmp_path: Path):
    table = tmp_path / "control" / "e.exchange"
    table.parent.mkdir(exist_ok=True)
    table.write_bytes(b"")
    whole = threading.Timer(0.2, table.write_bytes, args=(b'[["key", "", "q"]]',))
    whole.start()
    assert [row.queue for row in channel.get_table("e")] == ["q"]
    whole.join()
