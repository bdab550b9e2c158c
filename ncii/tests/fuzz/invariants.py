"""A process that says, as JSON, every row that is half-written or at odds with another.

    python -m ncii.tests.fuzz.invariants

Whatever was sent, each of these holds between transactions, once all is published.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import django

Rule = Callable[[], Any]
RULES: dict[str, Rule] = {}


def rule(said: str) -> Callable[[Rule], Rule]:
    """Register what returns the rows (or their number) that break it."""

    def register(find: Rule) -> Rule:
        RULES[said] = find
        return find

    return register


@rule("each claim is a case's or a partner's, and of the source it names")
def _claims() -> Any:
    from cases.models import FileClaim
    from hashes.models import Claim
    from partners.models import Contribution

    cases = set(FileClaim.objects.values_list("claim", flat=True))
    partners = set(Contribution.objects.values_list("claim", flat=True))
    held = {"case": cases - partners, "partner": partners - cases}
    return [
        pk for pk, source in Claim.objects.values_list("pk", "source") if pk not in held[source]
    ]


@rule("a hash is active while anybody claims it, and not after that")
def _states() -> Any:
    from hashes.models import Claim, Hash

    claimed = set(Claim.objects.filter(withdrawn_on=None).values_list("hash", flat=True))
    gone = ("Withdrawn", "Deleted")
    rows = Hash.objects.values_list("pk", "state")
    return [pk for pk, state in rows if (pk in claimed) == (state in gone)]


@rule("a hash is suspended while anything holds it back")
def _suspended() -> Any:
    from hashes.models import Hash, Suspension

    held = set(Suspension.objects.values_list("hash", flat=True))
    rows = Hash.objects.values_list("pk", "suspended")
    return [pk for pk, suspended in rows if suspended != (pk in held)]


@rule("every change has a place in the feed, and places are given once and without a gap")
def _feed() -> Any:
    from hashes.models import Change, FeedHead

    head = FeedHead.objects.first()
    places = list(Change.objects.order_by("seq").values_list("seq", flat=True))
    return places != list(range(1, (head.seq if head else 0) + 1))


@rule("what partners see of a hash is its last change")
def _published() -> Any:
    from django.db.models import Max

    from hashes.models import Hash

    rows = Hash.objects.exclude(seq=None).annotate(last=Max("changes__seq"))
    return [held.pk for held in rows if held.seq != held.last]


@rule("each case has files, at places 1 to n, each with a claim")
def _files() -> Any:
    from cases.models import Case

    def is_whole(case: Case) -> bool:
        files = list(case.files.all())
        in_order = [file.position for file in files] == list(range(1, len(files) + 1))
        return bool(files) and in_order and all(file.claims.all() for file in files)

    cases = Case.objects.prefetch_related("files__claims")
    return [case.pk for case in cases if not is_whole(case)]


@rule("a case is withdrawn with all its claims, or with none")
def _withdrawn() -> Any:
    from cases.models import FileClaim

    days = FileClaim.objects.values_list("file__case__withdrawn_on", "claim__withdrawn_on", "pk")
    return [pk for of_case, of_claim, pk in days if of_case != of_claim]


@rule("a request with an Idempotency-Key is answered, with what can be read again")
def _idempotent() -> Any:
    from partners.models import IdempotentAnswer

    rows = IdempotentAnswer.objects.values_list("pk", "status", "body")
    return [pk for pk, status, body in rows if status is None or not _is_json(body)]


@rule("each report of a match that was answered 201 is there once")
def _reports() -> Any:
    from matching.models import MatchReport
    from partners.models import IdempotentAnswer

    kept = IdempotentAnswer.objects.filter(route="matches", status=201)
    ids = [json.loads(body)["id"] for body in kept.values_list("body", flat=True)]
    return len(ids) != len(set(ids)) or len(ids) != MatchReport.objects.count()


@rule("a partner's word is the last of its history")
def _feedback() -> Any:
    from partners.models import Feedback

    rows = Feedback.objects.prefetch_related("entries")
    last = {each: max(each.entries.all(), key=lambda e: e.pk, default=None) for each in rows}
    return [f.pk for f, entry in last.items() if entry is None or entry.value != f.value]


@rule("no deletion waits for the ledger")
def _ledger() -> Any:
    from ncii.ledger.models import Entry

    return list(Entry.objects.values_list("kind", flat=True))


@rule("the audit's chain is whole")
def _audit() -> Any:
    from ncii.staff.audit import verify

    return [str(each) for each in verify()]


@rule("no key of a row leads to nothing, and the files of SQLite are whole")
def _keys() -> Any:
    from django.db import connection

    if connection.vendor != "sqlite":
        connection.check_constraints()
        return []
    with connection.cursor() as cursor:
        found = cursor.execute("PRAGMA foreign_key_check").fetchall()
        checked = cursor.execute("PRAGMA integrity_check").fetchall()
    return [*found, *(row for row in checked if row[0] != "ok")]


def _is_json(body: str) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def broken() -> Iterator[str]:
    """Yield each rule that something breaks, with what does."""
    for said, find in RULES.items():
        found = find()
        if found:
            yield f"{said}: {found if found is True else found[:5]}"


if __name__ == "__main__":
    django.setup()
    from hashes.publisher import publish
    from ncii.ledger.services import write_out

    publish()
    write_out()
    print(json.dumps(list(broken())))  # noqa: T201
