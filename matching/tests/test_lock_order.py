"""Everybody locks in one order: hashes, in the bank's order, then items, then the audit's head."""

import pytest
from django.db import transaction
from django.utils import timezone

from hashes.models import Hash
from hashes.services import lock_hashes
from matching.models import Action, ReviewItem
from matching.services import Match, record_verdicts, report_match
from matching.tests.crossing import Side, on_postgresql, until_waiting
from matching.tests.index_data import add, random_values
from matching.tests.test_review_admin import staff, step
from partners.models import Feedback, Partner
from partners.services import Said

pytestmark = [pytest.mark.django_db(transaction=True), on_postgresql]

FIRST, SECOND = sorted(random_values(2, seed=61))


@pytest.fixture
def held() -> Hash:
    add(FIRST)
    return Hash.objects.get(value=FIRST)


def test_a_decision_on_the_page_and_a_dispute_that_meet_both_go_through(held: Hash) -> None:
    social, ann = Partner.objects.create(name="Social"), staff("ann")
    report_match(social, held, Match(7, timezone.now(), Action.REVIEW))
    item = ReviewItem.objects.get()
    with transaction.atomic():
        lock_hashes([held.pk])
        decision = Side(lambda: step(ann, item, "keep"))
        until_waiting(decision)
        record_verdicts(social, {held.pk: Said("NotBlocked")})
    assert "Done." in decision.end()
    assert Feedback.objects.get().value == "NotBlocked"
    item.refresh_from_db()
    assert (item.kind, item.decision) == ("dispute", "keep")
