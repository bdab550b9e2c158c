"""The index as a process sees it: the newest base file, and what the feed has brought since."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread

import structlog

from hashes.signal_types import ImagePDQ
from matching.index import bank, files
from matching.index.bank import Head
from matching.index.base import Base
from matching.index.codes import REACH, Codes, from_hex
from matching.index.layout import Anchor, BadFile, OtherFormat, Unopened
from matching.index.recent import Recent

log = structlog.get_logger("matching.index")

_ROOM = 5_000


@dataclass(frozen=True, slots=True)
class Match:
    """An active hash of the bank near a query: its database key, value, and distance in bits."""

    hash_pk: int
    value: str
    distance: int


@dataclass(frozen=True)
class View:
    """All active hashes up to a place in the feed. Without a base, all of them are in `recent`.

    `loaded` is how many rows `recent` began with, `folder_changed` when the folder of the files
    was last looked through.
    """

    upto: Anchor
    base: Base | None
    recent: Recent
    loaded: int = 0
    folder_changed: int = 0

    @property
    def crowded(self) -> bool:
        """Whether most of a bank held in memory is old news of the same hashes."""
        return self.base is None and self.recent.count > 2 * self.loaded + _ROOM

    def candidates(self, queries: Codes, radius: int) -> set[tuple[int, int]]:
        """Return (query number, database key) of all that may be near, also of what has gone."""
        hits = self.recent.search(queries, radius)
        found = set(zip(hits.queries.tolist(), self.recent.keys[hits.rows].tolist(), strict=True))
        if self.base is not None:
            hits = self.base.search(queries, radius)
            found.update(
                zip(hits.queries.tolist(), self.base.keys_of(hits.rows).tolist(), strict=True)
            )
        return found


class LiveIndex:
    """Answers from one folder of index files and the bank. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rejected: dict[str, str] = {}
        self._unsound: set[str] = set()
        self._view: View | None = None
        self._lock = Lock()
        self.reader: Thread | None = None

    def search(self, values: Sequence[str], max_distance: int = REACH) -> list[list[Match]]:
        """Return for each value the active hashes within `max_distance`, nearest first.

        Nothing is answered that the database does not confirm, so a hash stops to match in the
        moment its withdrawal is published. Raises ValueError for a value that is no PDQ
        hash, or a distance beyond 31.
        """
        if not 0 <= max_distance <= REACH:
            raise ValueError(f"The distance must be from 0 to {REACH}.")
        queries = from_hex(values)
        candidates = self._candidates(queries, max_distance) if len(queries) else set()
        active = bank.active_values({key for _, key in candidates})
        answers: list[list[Match]] = [[] for _ in values]
        for number, key in candidates:
            if value := active.get(key):
                distance = ImagePDQ.distance(values[number], value)
                if distance <= max_distance:
                    answers[number].append(Match(key, value, distance))
        for matches in answers:
            # Not by key: it would tell partners and staff which came first.
            matches.sort(key=lambda match: (match.distance, match.value))
        return answers

    def view(self) -> View | None:
        """Return the bank as of now; None if nothing was ever published."""
        head = bank.head()
        view = self._view
        if (
            view is not None
            and head is not None
            and view.upto == head.at
            and view.folder_changed == files.last_change(self.folder)
        ):
            return view
        with self._lock:
            if self._view is not view:
                head = bank.head()
            self._view = self._renewed(self._view, head) if head else None
            return self._view

    def _candidates(self, queries: Codes, radius: int) -> set[tuple[int, int]]:
        while view := self.view():
            try:
                return view.candidates(queries, radius)
            except (BadFile, IndexError) as error:
                if view.base is None:
                    raise
                self._leave(view.base, error)
        return set()

    def _leave(self, base: Base, error: Exception) -> None:
        """Use the file no more."""
        self._reject(base.path, error)
        with self._lock:
            if self._view is not None and self._view.base is base:
                self._view = None

    def _read_through(self, base: Base) -> None:
        try:
            base.prove()
        except BadFile as error:
            self._leave(base, error)

    def _renewed(self, view: View | None, feed: Head) -> View:
        head = feed.at
        if view is not None and not bank.holds(view.upto, feed):
            log.warning("another_feed", upto=view.upto.seq, head=head.seq)
            view = None
        if view is not None and view.crowded:
            view = None
        folder_changed = files.last_change(self.folder)
        if view is None or view.folder_changed != folder_changed:
            view = self._with_newest_base(view, feed) or _in_memory(head)
        recent = view.recent
        if view.upto != head:
            for batch in bank.active_after(view.upto.seq):
                recent = recent.plus(batch)
        return View(head, view.base, recent, view.loaded, folder_changed)

    def _with_newest_base(self, view: View | None, feed: Head) -> View | None:
        known = view.base if view else None
        base = self._newest_base(known, feed)
        if base is None or base is known:
            return view
        return View(base.header.anchor, base, Recent.empty())

    def _newest_base(self, known: Base | None, feed: Head) -> Base | None:
        """Return the newest sound file of this bank; `known` where nothing newer is."""
        for path in files.generations(self.folder):
            if known is not None and path.name <= known.path.name:
                break
            if path.name in self._unsound:
                continue
            try:
                base = Base.open(path)
            except OtherFormat:
                continue
            except BadFile as error:
                self._reject(path, error)
                continue
            self.rejected.pop(path.name, None)
            if bank.holds(base.header.anchor, feed):
                self._have_read(base)
                return base
            # Or this database lags behind the one it was made from: it may be right later.
            self.rejected[path.name] = "made from another feed"
        return known

    def _have_read(self, base: Base) -> None:
        """Have a file that nobody has read since this boot read through, and wait not."""
        if not base.pages.whole:
            self.reader = Thread(target=self._read_through, args=(base,), daemon=True)
            self.reader.start()

    def _reject(self, path: Path, error: Exception) -> None:
        reason = f"leads out of itself: {error}" if isinstance(error, IndexError) else str(error)
        self.rejected[path.name] = reason
        log.error("file_rejected", file=path.name, reason=reason)
        if not isinstance(error, Unopened):
            self._unsound.add(path.name)
            files.set_aside(path, reason)


def _in_memory(head: Anchor) -> View:
    recent = Recent.empty()
    for batch in bank.active():
        recent = recent.plus(batch)
    return View(head, None, recent, loaded=recent.count)
