"""Everything that is held on a case, for its owner (GDPR, articles 15 and 20)."""

from typing import Any

from cases.models import Case
from cases.selectors import FileStatus, case_status
from hashes.models import Claim


def held_on(case: Case) -> dict[str, Any]:
    """Return all that is stored on the case, in JSON's types.

    What is stored of case number and PIN (a keyed digest, an Argon2 verifier) is named and not
    given: whoever finds the file must not be able to guess against it.
    """
    status = case_status(case)
    claims = {file.position: list(file.claims.all()) for file in _files(case)}
    return {
        "state": status.state.value,
        "opened_on": status.opened_on.isoformat(),
        "withdrawn_on": status.withdrawn_on and status.withdrawn_on.isoformat(),
        "number_and_pin": "kept in a form that cannot be read back",
        "files": [
            {
                "number": file.position,
                "kind": file.kind,
                "added_on": file.added_on.isoformat(),
                "decided_by_staff": _decided(file),
                "hashes": [_claim(claim) for claim in claims[file.position]],
                "partners": [
                    {"name": p.name, "sent": p.sent, "told_to_remove": p.told, "report": p.report}
                    for p in file.partners
                ],
            }
            for file in status.files
        ],
    }


def _decided(file: FileStatus) -> str | None:
    if file.held_back:
        return "held back"
    return "kept" if file.kept else None


def _files(case: Case) -> Any:
    return case.files.prefetch_related("claims__hash")


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "signal": claim.hash.signal,
        "value": claim.hash.value,
        "variant": claim.variant,
        "quality": claim.quality,
        "withdrawn_on": claim.withdrawn_on and claim.withdrawn_on.isoformat(),
    }
