"""What a platform has taken back is deleted after the same time as a withdrawn case."""

from datetime import timedelta

import pytest
from django.conf import settings

from hashes.models import Claim, Hash, State
from hashes.publisher import publish
from ncii.ledger.models import Entry
from ncii.lib.days import today
from partners.contributions import Contributed, contribute, purge_withdrawn, withdraw_contributions
from partners.models import Contribution, Partner
from partners.tasks import tend
from partners.tests.api_helpers import Platform, claim, video

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=settings.WITHDRAWN_CASE_DAYS + 1)


def _given(partner: Partner, *values: str) -> list[Hash]:
    return contribute(partner, [Contributed("VideoMD5", value) for value in values])


def _taken_back(days_ago: timedelta) -> None:
    withdraw_contributions(Contribution.objects.all(), on=today() - days_ago)
    publish()


def test_tend_deletes_them_and_partners_hear_it() -> None:
    reader = Platform()
    kept, gone = (video().value for _ in range(2))
    giver = Partner.objects.create(name="Giver")
    _given(giver, gone)
    publish()
    cursor = reader.changes()["next"]
    _taken_back(LONG_AGO)
    _given(giver, kept)
    publish()
    cursor = reader.changes(after=cursor)["next"]

    tend.apply()
    publish()

    assert [row.claim.hash.value for row in Contribution.objects.all()] == [kept]
    assert Hash.objects.get(value=gone).state == State.DELETED
    changes = reader.changes(after=cursor)["changes"]
    assert [(change["value"], change["state"]) for change in changes] == [(gone, "Deleted")]
    assert Entry.objects.count() == 1, "that it was withdrawn stays in the ledger"


def test_what_was_taken_back_lately_stays() -> None:
    _given(Partner.objects.create(name="Giver"), video().value)
    _taken_back(timedelta(days=settings.WITHDRAWN_CASE_DAYS))

    tend.apply()

    assert Contribution.objects.count() == 1


def test_a_hash_that_somebody_else_claims_stays_active() -> None:
    shared = video()
    _given(Partner.objects.create(name="Giver"), shared.value)
    claim(shared)
    _taken_back(LONG_AGO)

    tend.apply()

    assert Hash.objects.get(value=shared.value).state == State.ACTIVE
    assert Claim.objects.count() == 1


def test_many_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partners.contributions.PURGED_AT_ONCE", 2)
    _given(Partner.objects.create(name="Giver"), *(video().value for _ in range(5)))
    _taken_back(LONG_AGO)

    assert purge_withdrawn(withdrawn_before=today(), on=today()) == 5
    assert not Claim.objects.exists()
