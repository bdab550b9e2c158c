"""Celery's broker in files, for the embedded default, without a reader that sees half a message.

kombu's own transport opens a message under its last name and then writes it. A worker that looks
in between takes an empty or torn file, and ends with a decoding error.
"""

import json
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

PATIENCE = 2.0  # seconds for another process to end the few bytes of an exchange's table
LOOK_AGAIN = 0.01  # seconds


class Channel(filesystem.Channel):
    """Messages that appear whole or not at all."""

    # kombu's two base classes disagree on the arguments' names.
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        """Write the message beside the queue, then give it its name in the queue.

        Raises kombu's ChannelError where the disk is full: nothing is in the queue then.
        """
        # The name sorts by time, as the reader expects of it.
        name = f"{time.monotonic_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        unfinished = folder / f"{name}.unfinished"
        try:
            unfinished.write_bytes(str_to_bytes(dumps(payload)))
            unfinished.replace(folder / name)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise ChannelError(f"The queue {queue} can't take a message") from error

    def get_table(self, exchange: str) -> Any:
        """Read which queues an exchange feeds, once the process that writes the table is done."""
        for _ in range(int(PATIENCE / LOOK_AGAIN)):
            try:
                return super().get_table(exchange)
            except json.JSONDecodeError:
                time.sleep(LOOK_AGAIN)
        return super().get_table(exchange)


class Transport(filesystem.Transport):
    """What `CELERY_BROKER_TRANSPORT` names for `BROKER_URL=filesystem://`."""

    Channel = Channel
