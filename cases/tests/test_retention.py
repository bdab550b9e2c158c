"""Withdrawn cases are deleted on schedule, and nothing of them stays once partners have heard."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from cases.models import Case, CaseFile, FailedTries, FileClaim
from cases.numbers import issue_token
from cases.services import enter_case, open_case, withdraw_case
from cases.tasks import TRIES_KEPT, tidy
from cases.tests.test_intake import PIN, photo, video
from hashes.models import Change, Claim, Hash, State
from hashes.publisher import publish
from ncii.lib.days import today
from partners.models import FeedbackValue, Partner
from partners.services import note_position, record_feedback

pytestmark = pytest.mark.django_db


def withdrawn_case(days_ago: int) -> str:
    opened = open_case(issue_token(), PIN, [photo(), video(1)])
    publish()
    withdraw_case(opened.case)
    long_ago = today() - timedelta(days=days_ago)
    Case.objects.filter(pk=opened.case.pk).update(withdrawn_on=long_ago)
    return opened.number


def counts() -> list[int]:
    return [m.objects.count() for m in (Case, CaseFile, FileClaim, Claim, Hash, Change)]


def test_a_case_is_kept_for_its_days_and_then_deleted() -> None:
    kept = withdrawn_case(30)
    tidy()
    assert enter_case(kept, PIN) is not None
    Case.objects.update(withdrawn_on=today() - timedelta(days=31))
    tidy()
    assert enter_case(kept, PIN) is None
    assert (Case.objects.count(), CaseFile.objects.count(), Claim.objects.count()) == (0, 0, 0)


def test_when_somebody_mistyped_a_pin_is_forgotten_in_a_week() -> None:
    number = open_case(issue_token(), PIN, [photo()]).number
    for lane in (1, 2):
        assert enter_case(number, "193847", lane) is None
    week_ago = timezone.now() - TRIES_KEPT
    FailedTries.objects.filter(lane=1).update(next_try_at=week_ago)
    tidy()
    assert FailedTries.objects.get().lane == 2
    assert enter_case(number, PIN, 1) is not None


def test_an_open_case_is_never_deleted() -> None:
    opened = open_case(issue_token(), PIN, [photo()])
    Case.objects.update(opened_on=date(2001, 1, 1))
    tidy()
    assert enter_case(opened.number, PIN) is not None


def test_partners_hear_that_it_is_deleted_and_then_every_trace_goes() -> None:
    partner = Partner.objects.create(name="Examplegram")
    withdrawn_case(31)
    publish()
    note_position(partner, "changes", passed=0, served=4)
    record_feedback(partner, Hash.objects.get(signal="ImagePDQ"), FeedbackValue.BLOCKED)
    tidy()
    publish()
    assert set(Hash.objects.values_list("state", flat=True)) == {State.DELETED}
    tidy()
    assert Hash.objects.count() == 2
    head = max(h.seq or 0 for h in Hash.objects.all())
    note_position(partner, "changes", passed=4, served=head)
    note_position(partner, "changes", passed=head, served=head)
    tidy()
    assert counts() == [0, 0, 0, 0, 0, 0]


def test_a_partner_that_stays_away_for_months_does_not_keep_what_was_deleted() -> None:
    note_position(Partner.objects.create(name="Gone"), "changes", passed=0, served=0)
    open_case(issue_token(), PIN, [photo()])
    publish()
    withdraw_case(Case.objects.get())
    Case.objects.update(withdrawn_on=date(2001, 1, 1))
    tidy()
    publish()
    assert Hash.objects.count() == 1
    with override_settings(TOMBSTONE_DAYS=-1):
        tidy()
    assert counts() == [0, 0, 0, 0, 0, 0]


def test_another_persons_claim_keeps_the_hash() -> None:
    withdrawn_case(31)
    theirs = open_case(issue_token(), PIN, [photo()])
    publish()
    tidy()
    publish()
    tidy()
    held = Hash.objects.get(signal="ImagePDQ")
    assert held.published_state == State.ACTIVE
    assert theirs.case.files.get().claims.get().hash == held


def test_a_deleted_hash_that_comes_back_is_active_again() -> None:
    withdrawn_case(31)
    publish()
    tidy()
    publish()
    open_case(issue_token(), PIN, [photo()])
    tidy()
    publish()
    assert Hash.objects.get(signal="ImagePDQ").published_state == State.ACTIVE


def rows_by_table() -> dict[str, int]:
    counted = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.split("_")[0] in ("cases", "hashes") and table != "hashes_feedhead":
                cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")
                counted[table] = cursor.fetchone()[0]
    return counted


@pytest.mark.django_db(transaction=True)
def test_no_row_of_a_deleted_case_is_left_in_any_table() -> None:
    before = rows_by_table()
    withdrawn_case(31)
    assert rows_by_table() != before
    publish()
    tidy()
    publish()
    tidy()
    assert rows_by_table() == before


def test_what_no_partner_ever_saw_goes_at_once() -> None:
    withdraw_case(open_case(issue_token(), PIN, [photo()]).case)
    Case.objects.update(withdrawn_on=date(2001, 1, 1))
    publish()
    tidy()
    publish()
    tidy()
    assert counts() == [0, 0, 0, 0, 0, 0]
