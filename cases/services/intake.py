"""Opening a case: one transaction for the case, its files, claims, hashes and changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.signing import BadSignature
from django.db import IntegrityError, transaction

from cases.errors import AlreadySent, AlreadyWithdrawn, BadToken, TooManyFiles
from cases.models import Case, CaseFile, FileClaim
from cases.numbers import number_for, shown
from cases.services.access import enter_case
from cases.services.secrets import indexes, seal
from hashes.models import Source
from hashes.services import SignalClaim, make_claims
from ncii.lib.days import today

MAX_FILES = 20


@dataclass(frozen=True)
class FileInput:
    """One file as the browser sent it: what it is, and its claims, the primary one first."""

    kind: str
    claims: tuple[SignalClaim, ...]


@dataclass(frozen=True)
class OpenedCase:
    """`number` is shown once, XXXX-XXXX-XXXX-XXXX; `repeated`: this form had opened it before."""

    number: str
    case: Case
    repeated: bool


def open_case(token: str, pin: str, files: Sequence[FileInput]) -> OpenedCase:
    """Open a case, or find the one that this form has opened already and add what is new.

    Raises cases.errors.BadToken, AlreadySent, AlreadyWithdrawn or TooManyFiles, and
    hashes.signal_types.SignalError; nothing is written then.
    """
    if len(files) > MAX_FILES:
        raise TooManyFiles
    symbols = _symbols(token)
    if not _is_open(symbols):
        try:
            return OpenedCase(shown(symbols), _create(symbols, pin, files), repeated=False)
        except IntegrityError:
            # The same form, sent twice at once: the other request has opened the case.
            if not _is_open(symbols):
                raise
    return _open_again(symbols, pin, files)


def has_opened(token: str) -> bool:
    """Say whether this form has opened a case already. Raises cases.errors.BadToken."""
    return _is_open(_symbols(token))


def _symbols(token: str) -> str:
    try:
        return number_for(token)
    except BadSignature:
        raise BadToken from None


def _is_open(symbols: str) -> bool:
    return Case.objects.filter(number_index__in=indexes(symbols)).exists()


def _create(symbols: str, pin: str, files: Sequence[FileInput]) -> Case:
    sealed = seal(symbols, pin)
    with transaction.atomic():
        case = Case.objects.create(opened_on=today(), **vars(sealed))
        _add_claims(_add_files(case, files, first_position=1))
    return case


def _open_again(symbols: str, pin: str, files: Sequence[FileInput]) -> OpenedCase:
    case = enter_case(symbols, pin)
    if case is None:
        raise AlreadySent
    with transaction.atomic():
        case = Case.objects.select_for_update().filter(pk=case.pk, withdrawn_on=None).first()
        if case is None:
            raise AlreadyWithdrawn
        held = _files_by_signal(case)
        new = [f for f in files if _signal(f.claims[0]) not in held]
        count = case.files.count()
        if count + len(new) > MAX_FILES:
            raise TooManyFiles
        # What was agreed to only afterwards, such as a screenshot's picture alone.
        more = [
            (held[_signal(f.claims[0])], claim)
            for f in files
            for claim in f.claims
            if _signal(f.claims[0]) in held and _signal(claim) not in held
        ]
        _add_claims([*more, *_add_files(case, new, first_position=count + 1)])
    return OpenedCase(shown(symbols), case, repeated=True)


def _signal(claim: SignalClaim) -> tuple[str, str]:
    return claim.signal, claim.value


def _files_by_signal(case: Case) -> dict[tuple[str, str], CaseFile]:
    claims = FileClaim.objects.filter(file__case=case).select_related("file", "claim__hash")
    return {(row.claim.hash.signal, row.claim.hash.value): row.file for row in claims}


def _add_files(
    case: Case, files: Sequence[FileInput], *, first_position: int
) -> list[tuple[CaseFile, SignalClaim]]:
    """Add files without their claims; return these, each with its file."""
    rows = CaseFile.objects.bulk_create(
        CaseFile(case=case, position=position, kind=file.kind, added_on=today())
        for position, file in enumerate(files, start=first_position)
    )
    return [(row, claim) for row, file in zip(rows, files, strict=True) for claim in file.claims]


def _add_claims(wanted: Sequence[tuple[CaseFile, SignalClaim]]) -> None:
    """All claims at once: hashes are locked in one order within a transaction."""
    claims = make_claims([claim for _, claim in wanted], source=Source.CASE, on=today())
    FileClaim.objects.bulk_create(
        FileClaim(file=row, claim=claim) for (row, _), claim in zip(wanted, claims, strict=True)
    )
