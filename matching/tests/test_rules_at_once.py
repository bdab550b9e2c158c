"""Rules under concurrent writers: nothing is missed, nothing is done twice."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connections, transaction
from django.utils import timezone

from hashes.models import Hash, Suspension
from hashes.publisher import LOCK
from hashes.services import lock_hashes
from hashes.signal_types import ImagePDQ
from matching.harmless.services import add_harmless, remove_harmless, sweep
from matching.models import Dispute, Reason, ReviewItem
from matching.review import rules
from matching.services import dispute, record_verdicts
from matching.tests.crossing import Side, on_postgresql, until_waiting
from matching.tests.index_data import add, flipped, random_values
from ncii.lib.locks import transaction_lock
from ncii.staff.models import Approval, AuditEntry
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


@on_postgresql
def test_two_workers_release_a_spike_once(held: Hash) -> None:
    rules.hear_spikes({held.pk: "2 platforms"}, {})
    Suspension.objects.update(since=timezone.now() - timedelta(hours=50))
    now = timezone.now()
    with transaction.atomic():
        lock_hashes([held.pk])
        workers = [Side(lambda: rules.release_stale_spikes(now)) for _ in range(2)]
        until_waiting(*workers)
    assert sorted(worker.end() for worker in workers) == [0, 1]
    assert AuditEntry.objects.filter(act="hash.release.spike").count() == 1


@pytest.fixture
def second() -> Approval:
    """What two people said of a change of the list."""
    ann, now = User.objects.create_user("ann"), timezone.now()
    return Approval.objects.create(
        act="harmless",
        subject="a mistake",
        reason="it is no flag",
        requested_by=ann,
        requested_at=now,
        expires_at=now + timedelta(days=1),
    )


@on_postgresql
def test_what_comes_off_the_list_before_the_sweep_begins_is_released(
    held: Hash, second: Approval
) -> None:
    flag = ImagePDQ.name, flipped(held.value, [1, 2, 3])
    rules.hear_harmless({held.pk: "3 bits from a flag"})
    add_harmless([(*flag, "a flag")], second)
    with transaction.atomic():
        transaction_lock(LOCK)
        sweeping = Side(sweep)
        until_waiting(sweeping)
        remove_harmless([flag], second)
    sweeping.end()
    sweep()
    held.refresh_from_db()
    assert not held.suspended


@on_postgresql
def test_what_comes_off_the_list_while_it_is_swept_is_released_by_the_next_sweep(
    held: Hash, second: Approval
) -> None:
    flag = ImagePDQ.name, flipped(held.value, [1, 2, 3])
    add_harmless([(*flag, "a flag")], second)
    with transaction.atomic():
        lock_hashes([held.pk])
        sweeping = Side(sweep)
        until_waiting(sweeping)
        removal = Side(lambda: remove_harmless([flag], second))
        until_waiting(sweeping, removal)
    sweeping.end()
    assert removal.end() == 1
    sweep()
    held.refresh_from_db()
    assert not held.suspended
