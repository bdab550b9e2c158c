"""Rules under concurrent writers: nothing is missed, nothing is done twice."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from hashes.models import Hash, Suspension
from matching.models import Dispute, Reason, ReviewItem
from matching.review import rules
from matching.services import dispute, record_verdicts
from matching.tests.index_data import add, random_values
from ncii.staff.models import AuditEntry
from partners.models import Partner
from partners.services import Said

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*work: Callable[[], object]) -> None:
    """Let them begin together; every one must end well."""
    start, done = threading.Barrier(len(work)), []

    def run(one: Callable[[], object]) -> None:
        start.wait()
        try:
            done.append(one())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == len(work)


@pytest.fixture
def held() -> Hash:
    (value,) = random_values(1, seed=41)
    add(value)
    return Hash.objects.get(value=value)


def test_disputes_that_come_together_are_counted_together_and_suspend_once(held: Hash) -> None:
    partners = [Partner.objects.create(name=f"P{number}") for number in range(6)]
    at_once(
        *(lambda p=each: dispute(p, held, Reason.HARMLESS) for each in partners[:3]),
        *(
            lambda p=each: record_verdicts(p, {held.pk: Said("NotBlocked")})
            for each in partners[3:]
        ),
    )
    held.refresh_from_db()
    assert held.suspended
    assert Suspension.objects.count() == 1
    assert AuditEntry.objects.filter(act="hash.suspend.disputes").count() == 1
    assert ReviewItem.objects.filter(kind="dispute").count() == 6


def test_one_platform_with_many_requests_is_one_platform(held: Hash) -> None:
    partner = Partner.objects.create(name="Social")
    at_once(*(lambda: dispute(partner, held, Reason.NEWS) for _ in range(5)))
    held.refresh_from_db()
    assert not held.suspended
    assert (Dispute.objects.count(), ReviewItem.objects.count()) == (5, 1)


def test_two_workers_that_find_the_same_spike_hold_it_back_once(held: Hash) -> None:
    at_once(*(lambda: rules.hear_spikes({held.pk: "2 platforms"}, {}) for _ in range(4)))
    assert Suspension.objects.count() == 1
    assert AuditEntry.objects.filter(act="hash.suspend.spike").count() == 1
