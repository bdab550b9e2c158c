"""What a person sees of their case.

Only what happened since *their* claim counts: what partners fetched and said before it belongs
to somebody else with the same picture, and showing it would tell whoever holds a picture
whether a case exists for it.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import date

from cases.models import Case, CaseFile
from hashes.models import Claim, State
from partners.models import FeedbackValue, Partner
from partners.selectors import Readers, readers


@dataclass(frozen=True)
class PartnerStatus:
    """What one partner has of a file. `report`: None, PendingReview, Blocked or NotBlocked.

    `told`: the partner has been told that the hash is withdrawn.
    """

    name: str
    sent: bool
    told: bool
    report: str | None


@dataclass(frozen=True)
class FileStatus:
    """One photo or video, by its place.

    It is Suspended while staff's decision, disputes or a spike since this person's claim hold all of
    its hashes back. `kept`, `held_back`: what staff decided of any of them since then.
    """

    position: int
    kind: str
    added_on: date
    state: State
    partners: list[PartnerStatus] = field(default_factory=list)
    kept: bool = False
    held_back: bool = False

    @property
    def shown(self) -> list[PartnerStatus]:
        """Return the partners that the person is told about: after withdrawal no more than had it."""
        if self.state != State.WITHDRAWN:
            return self.partners
        return [partner for partner in self.partners if partner.sent]


@dataclass(frozen=True)
class Finding:
    """What one partner reported of some of the files."""

    name: str
    files: list[FileStatus]


@dataclass(frozen=True)
class CaseStatus:
    """The case: its state is Received until all its hashes are published, then Active, or
    Suspended while all of its files are.
    """

    state: State
    opened_on: date
    withdrawn_on: date | None
    files: list[FileStatus]

    @property
    def blocked(self) -> list[Finding]:
        """Return what partners found and blocked."""
        return self._found(FeedbackValue.BLOCKED)

    @property
    def under_review(self) -> list[Finding]:
        """Return the matches that partners are looking at."""
        return self._found(FeedbackValue.PENDING_REVIEW)

    @property
    def not_blocked(self) -> list[Finding]:
        """Return what partners found and left."""
        return self._found(FeedbackValue.NOT_BLOCKED)

    @property
    def is_with_partners(self) -> bool:
        """Return whether any partner has had any of it."""
        return any(partner.sent for file in self.files for partner in file.partners)

    def _found(self, report: str) -> list[Finding]:
        found: dict[str, list[FileStatus]] = {}
        for file in self.files:
            for partner in file.partners:
                if partner.report == report:
                    found.setdefault(partner.name, []).append(file)
        return [Finding(name, files) for name, files in found.items()]


def case_status(case: Case) -> CaseStatus:
    """Return what the person sees of their case."""
    rows = list(case.files.prefetch_related("claims__announced", "claims__revoked", "claims__hash"))
    reading = readers({claim.hash_id for file in rows for claim in file.claims.all()})
    files = [_file_status(file, reading) for file in rows]
    return CaseStatus(_overall(files, case), case.opened_on, case.withdrawn_on, files)


def _overall(files: Iterable[FileStatus], case: Case) -> State:
    if case.withdrawn_on is not None:
        return State.WITHDRAWN
    states = {file.state for file in files}
    if states == {State.SUSPENDED}:
        return State.SUSPENDED
    return State.ACTIVE if states <= {State.ACTIVE, State.SUSPENDED} else State.RECEIVED


def _file_status(file: CaseFile, reading: Readers) -> FileStatus:
    claims = list(file.claims.all())
    decided = {
        claim.hash_id: reading.bank_says(claim.hash_id, claim.announced.published_at)
        for claim in claims
    }
    held = {
        claim.hash_id
        for claim in claims
        if decided[claim.hash_id] == FeedbackValue.NOT_BLOCKED
        or reading.is_held(claim.hash_id, claim.announced.published_at)
    }
    return FileStatus(
        file.position,
        file.kind,
        file.added_on,
        _state(claims, held),
        [_partner_status(partner, claims, reading) for partner in reading.partners],
        kept=FeedbackValue.BLOCKED in decided.values(),
        held_back=FeedbackValue.NOT_BLOCKED in decided.values(),
    )


def _state(claims: list[Claim], held: Container[int]) -> State:
    if all(claim.withdrawn_on for claim in claims):
        return State.WITHDRAWN
    if all(claim.hash_id in held for claim in claims):
        return State.SUSPENDED
    if all(claim.announced.seq is not None for claim in claims):
        return State.ACTIVE
    return State.RECEIVED


def _partner_status(partner: Partner, claims: list[Claim], reading: Readers) -> PartnerStatus:
    sent = [claim for claim in claims if reading.has_read(partner, claim.hash, claim.announced.seq)]
    told = [
        claim
        for claim in sent
        if claim.revoked and reading.has_read(partner, claim.hash, claim.revoked.seq)
    ]
    return PartnerStatus(
        partner.name,
        sent=bool(sent),
        told=bool(sent) and len(told) == len(sent),
        report=reading.says(
            partner, [(claim.hash_id, claim.announced.published_at) for claim in sent]
        ),
    )
