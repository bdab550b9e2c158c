"""Ids follow the order in which people came, so that hashes side by side are mostly one case's.

Nothing that staff read one after the other stands in that order.
"""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.utils import timezone

from hashes.models import Hash, Suspension
from hashes.signal_types import ImagePDQ
from matching import index
from matching.harmless.nearness import in_the_bank
from matching.harmless.services import add_harmless, sweep
from matching.models import Action
from matching.review import rules
from matching.review.selectors import queue
from matching.services import Match, record_verdicts, report_match
from matching.tests.index_data import add, flipped, random_values
from ncii.staff.models import AuditEntry
from partners.models import Partner
from partners.services import Said

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_they_came() -> list[Hash]:
    for value in random_values(30, seed=71):
        add(value)
    return list(Hash.objects.order_by("pk"))


def audited(act: str) -> list[int]:
    """The hashes of these entries, by id, as the audit lists them."""
    ids = {str(held): held.pk for held in Hash.objects.all()}
    rows = AuditEntry.objects.filter(act=act).order_by("number")
    return [ids[subject] for subject in rows.values_list("subject", flat=True)]


def queued() -> list[int]:
    return [item.hash_id for item in queue()]


def tells_nothing(ids: Iterable[int], hashes: list[Hash]) -> bool:
    listed = list(ids)
    arrived = [held.pk for held in hashes]
    assert sorted(listed) == arrived
    return listed not in (arrived, arrived[::-1])


def test_what_platforms_dispute(as_they_came: list[Hash]) -> None:
    said = {held.pk: Said("NotBlocked") for held in as_they_came}
    record_verdicts(Partner.objects.create(name="Social"), said)
    assert tells_nothing(queued(), as_they_came)
    record_verdicts(Partner.objects.create(name="Search"), said)
    assert tells_nothing(audited("hash.suspend.disputes"), as_they_came)


def test_what_spikes_and_is_released(as_they_came: list[Hash]) -> None:
    social = Partner.objects.create(name="Social")
    for held in as_they_came[::2] + as_they_came[1::2]:
        report_match(social, held, Match(1, timezone.now(), Action.REVIEW))
    rules.hear_spikes(dict.fromkeys((held.pk for held in as_they_came), "a spike"), {})
    assert tells_nothing(audited("hash.suspend.spike"), as_they_came)
    Suspension.objects.update(since=timezone.now() - timedelta(hours=50))
    rules.release_stale_spikes(timezone.now())
    assert tells_nothing(audited("hash.release.spike"), as_they_came)


def test_what_is_near_a_harmless_picture(as_they_came: list[Hash]) -> None:
    add_harmless([(ImagePDQ.name, held.value, "a flag") for held in as_they_came], None)
    sweep()
    assert tells_nothing(queued(), as_they_came)
    assert tells_nothing(audited("hash.suspend.harmless"), as_they_came)
    rules.release_harmless([held.pk for held in as_they_came])
    assert tells_nothing(audited("hash.release.harmless"), as_they_came)


def test_what_is_equally_near() -> None:
    (centre,) = random_values(1, seed=72)
    for bit in (9, 3, 200, 57, 120, 31, 88, 4, 77, 151, 13, 66):
        add(flipped(centre, [bit]))
    arrived = list(Hash.objects.order_by("pk"))
    (found,) = index.search([centre])
    assert tells_nothing((match.hash_pk for match in found), arrived)
    of_value = {held.value: held.pk for held in arrived}
    near = in_the_bank([(ImagePDQ.name, centre)]).nearest
    assert tells_nothing((of_value[each.value] for each in near), arrived)
