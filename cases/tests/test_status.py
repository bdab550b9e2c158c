"""The status page's data: what partners did since this person's claim, and nothing of others."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Max

from cases.models import Case
from cases.numbers import issue_token
from cases.selectors import PartnerStatus, case_status
from cases.services import open_case, withdraw_case
from cases.tests.test_intake import PIN, photo, video
from hashes.models import Hash, Holder, State
from hashes.publisher import publish
from hashes.services import lift, suspend
from partners.models import FeedbackValue, Partner
from partners.services import note_position, record_feedback
from partners.tests.api_helpers import Platform
from partners.verdicts import record_bank_verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner() -> Partner:
    return Partner.objects.create(name="Examplegram")


def new_case(*files: object) -> Case:
    return open_case(issue_token(), PIN, list(files) or [photo()]).case  # type: ignore[arg-type]


def fetch(partner: Partner, **filters: Any) -> None:
    head = Hash.objects.aggregate(head=Max("seq"))["head"]
    note_position(partner, "changes", passed=0, served=head, **filters)


def only(case: Case) -> PartnerStatus:
    return case_status(case).files[0].partners[0]


def test_received_then_active_then_sent(partner: Partner) -> None:
    case = new_case(photo(), video(1))
    assert case_status(case).state == State.RECEIVED
    publish()
    assert case_status(case).state == State.ACTIVE
    assert only(case) == PartnerStatus("Examplegram", sent=False, told=False, report=None)
    fetch(partner)
    assert only(case).sent


def test_a_partner_that_takes_only_photos_was_not_sent_the_video(partner: Partner) -> None:
    case = new_case(photo(), video(1))
    publish()
    fetch(partner, signal="ImagePDQ")
    assert [file.partners[0].sent for file in case_status(case).files] == [True, False]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (["PendingReview"], "PendingReview"),
        (["PendingReview", "Blocked"], "Blocked"),
        (["NotBlocked"], "NotBlocked"),
        (["QualityUnknown"], None),
    ],
)
def test_what_a_partner_reports_is_shown(
    partner: Partner, said: list[str], shown: str | None
) -> None:
    case = new_case()
    publish()
    fetch(partner)
    for value in said:
        record_feedback(partner, Hash.objects.get(), FeedbackValue(value))
    assert only(case).report == shown


def test_what_partners_found_is_gathered_over_the_files(partner: Partner) -> None:
    case = new_case(photo(), photo(1), video(1))
    publish()
    fetch(partner)
    for each in Hash.objects.filter(signal="ImagePDQ"):
        record_feedback(partner, each, FeedbackValue.BLOCKED)
    status = case_status(case)
    (found,) = status.blocked
    assert (found.name, [file.position for file in found.files]) == ("Examplegram", [1, 2])
    assert status.under_review == status.not_blocked == []


def test_after_withdrawal_only_partners_that_had_it_are_named(partner: Partner) -> None:
    case = new_case()
    publish()
    fetch(partner)
    Partner.objects.create(name="Latecomer")
    assert [each.name for each in case_status(case).files[0].shown] == ["Examplegram", "Latecomer"]
    withdraw_case(case)
    assert [each.name for each in case_status(case).files[0].shown] == ["Examplegram"]


def test_feedback_does_not_make_what_was_sent_unsent(partner: Partner) -> None:
    case = new_case()
    publish()
    fetch(partner)
    record_feedback(partner, Hash.objects.get(), FeedbackValue.BLOCKED)
    publish()
    assert only(case).sent


def test_a_second_person_with_the_picture_learns_nothing_of_the_first(partner: Partner) -> None:
    new_case()
    publish()
    fetch(partner)
    record_feedback(partner, Hash.objects.get(), FeedbackValue.BLOCKED)
    publish()
    fetch(partner)
    second = new_case()
    assert case_status(second).state == State.RECEIVED
    publish()
    assert only(second) == PartnerStatus("Examplegram", sent=False, told=False, report=None)
    fetch(partner)
    assert only(second) == PartnerStatus("Examplegram", sent=True, told=False, report=None)


def test_withdrawal_is_shown_and_told(partner: Partner) -> None:
    case = new_case()
    publish()
    fetch(partner)
    case = withdraw_case(case)
    status = case_status(case)
    assert (status.state, status.files[0].state) == (State.WITHDRAWN, State.WITHDRAWN)
    assert not only(case).told
    publish()
    assert not only(case).told
    fetch(partner)
    assert only(case).told


def test_withdrawing_one_of_two_looks_the_same_and_keeps_the_other(partner: Partner) -> None:
    mine, theirs = new_case(), new_case()
    publish()
    fetch(partner)
    mine = withdraw_case(mine)
    publish()
    fetch(partner)
    assert only(mine).told
    assert case_status(theirs).state == State.ACTIVE
    assert Hash.objects.get().published_state == State.ACTIVE


def test_withdrawing_twice_is_the_same_as_once() -> None:
    case = new_case()
    first = withdraw_case(case)
    assert withdraw_case(case).withdrawn_on == first.withdrawn_on


def test_a_partner_that_has_left_is_not_shown(partner: Partner) -> None:
    case = new_case()
    Partner.objects.update(active=False)
    assert case_status(case).files[0].partners == []


def test_a_full_case_costs_no_more_queries_than_a_small_one(
    django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    for n in range(10):
        fetch_all = Partner.objects.create(name=f"Partner {n}")
        note_position(fetch_all, "changes", passed=0, served=10**6)
    case = new_case(*[video(n) for n in range(20)])
    publish()
    with django_assert_max_num_queries(10):
        status = case_status(case)
    assert len(status.files) == 20 and len(status.files[0].partners) == 10


def test_what_is_held_back_was_sent_to_nobody(partner: Partner) -> None:
    case = new_case()
    with transaction.atomic():
        suspend(Hash.objects.get(), Holder.STAFF, "a test")
    publish()
    note_position(partner, "changes", passed=0, served=10**6)
    assert not only(case).sent
    with transaction.atomic():
        lift(Hash.objects.get())
    publish()
    assert only(case).sent


def decide(value: FeedbackValue | None) -> None:
    held = Hash.objects.get()
    with transaction.atomic():
        if value == FeedbackValue.NOT_BLOCKED:
            suspend(held, Holder.STAFF, "a test")
        else:
            lift(held)
    record_bank_verdict(held, value)
    publish()


def test_what_staff_decide_is_told_and_its_undoing_too(partner: Partner) -> None:
    case = new_case()
    publish()
    fetch(partner)
    for value, state, kept, held_back in (
        (FeedbackValue.NOT_BLOCKED, State.SUSPENDED, False, True),
        (None, State.ACTIVE, False, False),
        (FeedbackValue.BLOCKED, State.ACTIVE, True, False),
    ):
        decide(value)
        status = case_status(case)
        (file,) = status.files
        assert (status.state, file.state, file.kept, file.held_back) == (
            state,
            state,
            kept,
            held_back,
        )


def test_one_file_held_back_leaves_the_others_and_the_case_active(partner: Partner) -> None:
    new_case()
    case = new_case(photo(), video(1))
    publish()
    held = Hash.objects.get(signal="ImagePDQ")
    with transaction.atomic():
        suspend(held, Holder.STAFF, "a test")
    record_bank_verdict(held, FeedbackValue.NOT_BLOCKED)
    publish()
    status = case_status(case)
    assert status.state == State.ACTIVE
    assert [file.state for file in status.files] == [State.SUSPENDED, State.ACTIVE]


@pytest.mark.parametrize("value", [FeedbackValue.BLOCKED, FeedbackValue.NOT_BLOCKED])
def test_what_staff_decided_before_is_another_person_s(
    partner: Partner, value: FeedbackValue
) -> None:
    new_case()
    publish()
    decide(value)
    second = new_case()
    publish()
    status = case_status(second)
    (file,) = status.files
    assert (status.state, file.state, file.kept, file.held_back) == (
        State.ACTIVE,
        State.ACTIVE,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("holder", "shown"),
    [
        (Holder.DISPUTES, State.SUSPENDED),
        (Holder.SPIKE, State.SUSPENDED),
        (Holder.HARMLESS, State.ACTIVE),
    ],
)
def test_what_rules_hold_back_is_told_but_not_what_would_betray_the_harmless_list(
    partner: Partner, holder: Holder, shown: State
) -> None:
    case = new_case()
    publish()
    with transaction.atomic():
        suspend(Hash.objects.get(), holder, "a test")
    second = new_case()
    publish()
    (file,) = case_status(case).files
    assert (file.state, file.kept, file.held_back) == (shown, False, False)
    assert case_status(second).files[0].state == State.ACTIVE, "that was before their claim"


def test_what_was_withdrawn_before_anyone_saw_it_was_sent_to_nobody(partner: Partner) -> None:
    case = withdraw_case(new_case())
    publish()
    note_position(partner, "changes", passed=0, served=10**6)
    assert (only(case).sent, only(case).told) == (False, False)


def test_a_partner_that_came_after_the_withdrawal_was_sent_nothing(partner: Partner) -> None:
    case = new_case()
    publish()
    case = withdraw_case(case)
    publish()
    platform = Platform("Latecomer")
    first = platform.changes()
    assert first["changes"] == []
    new_case(video(7))
    publish()
    assert len(platform.changes(after=first["next"])["changes"]) == 1
    late = next(p for p in case_status(case).files[0].partners if p.name == "Latecomer")
    assert (late.sent, late.told) == (False, False)
