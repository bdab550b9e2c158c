"""What staff can see of the index."""

from dataclasses import dataclass
from datetime import UTC, datetime

from matching.index import bank, builder, files
from matching.index.live import LiveIndex


@dataclass(frozen=True)
class IndexStatus:
    """How the index of this process stands.

    `source` is "file", "memory" (all hashes compared one by one: a small bank, or no sound
    file) or "empty". `rows_in_file` and `rows_in_memory` are what it looks through, `upto` and
    `head` sequence numbers of the feed. `due` says why a new file is wanted, `rejected` names
    the files that could not be used and why, `last_failure` is the last build's error.
    """

    source: str
    rows_in_file: int
    rows_in_memory: int
    upto: int
    head: int
    built_at: datetime | None
    file_bytes: int
    due: str
    rejected: dict[str, str]
    last_failure: str
    disk_free: int

    @property
    def healthy(self) -> bool:
        """Whether nothing needs a person: no file was refused and no build has failed."""
        return not self.rejected and not self.last_failure


def status_of(index: LiveIndex) -> IndexStatus:
    """Return how `index` stands, brought up to date first."""
    view = index.view()
    head = bank.head()
    base = view.base if view else None
    present = {path.name for path in files.generations(index.folder)}
    return IndexStatus(
        source="empty" if view is None else "memory" if base is None else "file",
        rows_in_file=len(base) if base else 0,
        rows_in_memory=view.recent.count if view else 0,
        upto=view.upto.seq if view else 0,
        head=head.at.seq if head else 0,
        built_at=datetime.fromtimestamp(base.header.built_us / 1e6, UTC) if base else None,
        file_bytes=base.header.file_bytes if base else 0,
        due=builder.due(index.folder),
        rejected=files.refused(index.folder)
        | {name: why for name, why in index.rejected.items() if name in present},
        last_failure=files.last_failure(index.folder),
        disk_free=builder.disk_free(index.folder),
    )
