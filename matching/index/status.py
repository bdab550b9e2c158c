"""What staff can see of the index."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from matching.index import bank, builder, files
from matching.index.live import LiveIndex

# A worker that is there makes a file within a minute, and the largest in some minutes more.
LATE = timedelta(minutes=15)
LEAST_FREE = 10**9


@dataclass(frozen=True)
class Health:
    """Whether the index of this machine needs a person; costs little to ask.

    `due` says why a new file is wanted, and `wanted_since` when that was first seen; `rejected`
    names the files that could not be used and why, `last_failure` is the last build's error.
    """

    due: str
    wanted_since: datetime | None
    rejected: dict[str, str]
    last_failure: str
    disk_free: int

    @property
    def is_late(self) -> bool:
        """Whether a new file has been wanted for so long that nobody seems to make one."""
        return self.wanted_since is not None and timezone.now() - self.wanted_since >= LATE

    @property
    def problems(self) -> list[str]:
        """What needs a person, a sentence each."""
        found = {
            "The last build of the matching index failed.": self.last_failure,
            "A file of the matching index was refused.": self.rejected,
            f"A new matching index is wanted ({self.due}), and nobody makes it.": self.is_late,
            "The disk of the matching index is nearly full.": self.disk_free < LEAST_FREE,
        }
        return [what for what, is_so in found.items() if is_so]

    @property
    def healthy(self) -> bool:
        """Whether nothing needs a person."""
        return not self.problems


@dataclass(frozen=True)
class IndexStatus(Health):
    """How the index of this process stands.

    `source` is "file", "memory" (all hashes compared one by one: a small bank, or no sound
    file) or "empty". `rows_in_file` and `rows_in_memory` are what it looks through, `upto` and
    `head` sequence numbers of the feed.
    """

    source: str
    rows_in_file: int
    rows_in_memory: int
    upto: int
    head: int
    built_at: datetime | None
    file_bytes: int


def health_of(index: LiveIndex) -> Health:
    """Return whether the index needs a person, without bringing it up to date."""
    present = {path.name for path in files.generations(index.folder)}
    due = builder.due(index.folder)
    return Health(
        due=due,
        wanted_since=files.wanted_since(index.folder, wanted=bool(due)),
        rejected=files.refused(index.folder)
        | {name: why for name, why in index.rejected.items() if name in present},
        last_failure=files.last_failure(index.folder),
        disk_free=builder.disk_free(index.folder),
    )


def status_of(index: LiveIndex) -> IndexStatus:
    """Return how `index` stands, brought up to date first."""
    view = index.view()
    head = bank.head()
    base = view.base if view else None
    health = health_of(index)
    return IndexStatus(
        source="empty" if view is None else "memory" if base is None else "file",
        rows_in_file=len(base) if base else 0,
        rows_in_memory=view.recent.count if view else 0,
        upto=view.upto.seq if view else 0,
        head=head.at.seq if head else 0,
        built_at=datetime.fromtimestamp(base.header.built_us / 1e6, UTC) if base else None,
        file_bytes=base.header.file_bytes if base else 0,
        **{field.name: getattr(health, field.name) for field in fields(Health)},
    )
