"""The clock that wakes the tasks (Celery's beat), with nothing on disk but a sign of life.

Celery's own keeps when each task ran in a file of Python's dbm, which some builds of Python do not
write before beat ends. Ours needs no such memory: tasks look in the database for what there is to
do, so all of them are asked once when beat starts, and a daily restart puts off none.
"""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from celery import beat
from django.conf import settings

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def alive_file() -> Path:
    """The file that a living beat touches; its time is the last moment that beat was at work."""
    return Path(settings.VAR_DIR) / "beat-alive"


class Scheduler(beat.Scheduler):
    """Every task is due at the start, then by its interval; each round leaves a sign of life."""

    def setup_schedule(self) -> None:
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = _LONG_AGO

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Ask for one task if one is due; return the seconds until the next, at most."""
        wait = super().tick(*args, **kwargs)
        # A full disk must not stop the clock: beat only looks ill then.
        with suppress(OSError):
            alive_file().touch()
        return wait
