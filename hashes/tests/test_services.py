"""Claims make, keep and withdraw hashes."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from hashes.models import Change, Claim, Confidence, FeedHead, Hash, Holder, State
from hashes.publisher import publish
from hashes.selectors import feed_after
from hashes.services import (
    SignalClaim,
    judge,
    lift,
    make_claims,
    suspend,
    withdraw_claims,
)
from hashes.signal_types import ImagePDQ, SignalError, VideoMD5, signal_type_by_length

DAY = date(2026, 1, 2)
PHOTO = SignalClaim("ImagePDQ", ImagePDQ.examples[0], "as-displayed", 100)
VIDEO = SignalClaim("VideoMD5", VideoMD5.examples[0], "original")


def claim(*wanted: SignalClaim) -> list[Claim]:
    with transaction.atomic():
        return make_claims(wanted, source="case", on=DAY)


def withdraw(*claims: Claim) -> None:
    with transaction.atomic():
        withdraw_claims(claims, on=DAY)


@pytest.mark.django_db
def test_a_hash_is_received_then_active_then_withdrawn() -> None:
    (made,) = claim(PHOTO)
    assert Hash.objects.get().state == State.RECEIVED
    assert feed_after(0, limit=9).hashes == []
    publish()
    assert [h.published_state for h in feed_after(0, limit=9).hashes] == [State.ACTIVE]
    withdraw(made)
    assert Hash.objects.get().published_state == State.ACTIVE
    publish()
    assert Hash.objects.get().published_state == State.WITHDRAWN


@pytest.mark.django_db
def test_another_claim_keeps_the_hash_active() -> None:
    (mine,), (theirs,) = claim(PHOTO), claim(PHOTO)
    publish()
    withdraw(mine)
    publish()
    assert Hash.objects.get().published_state == State.ACTIVE
    withdraw(theirs)
    publish()
    assert Hash.objects.get().published_state == State.WITHDRAWN


@pytest.mark.django_db
def test_a_withdrawn_hash_comes_back_with_a_new_claim() -> None:
    withdraw(*claim(PHOTO))
    claim(PHOTO)
    publish()
    assert Hash.objects.get().published_state == State.ACTIVE


@pytest.mark.django_db
def test_what_was_withdrawn_before_anyone_saw_it_never_reaches_the_feed() -> None:
    withdraw(*claim(PHOTO))
    assert publish() == 2
    assert feed_after(0, limit=9).hashes == []
    assert not Change.objects.filter(seq__isnull=True).exists()


@pytest.mark.django_db
def test_withdrawing_twice_changes_nothing() -> None:
    made = claim(PHOTO, VIDEO)
    withdraw(*made)
    rows = Change.objects.count()
    withdraw(*made)
    assert Change.objects.count() == rows


@pytest.mark.django_db
def test_a_suspended_hash_looks_withdrawn_and_can_be_released() -> None:
    claim(PHOTO)
    publish()
    with transaction.atomic():
        suspend(Hash.objects.get(), Holder.STAFF, "a test")
    publish()
    held = Hash.objects.get()
    assert (held.state, held.published_state) == (State.SUSPENDED, State.WITHDRAWN)
    claim(PHOTO)
    publish()
    assert Hash.objects.get().published_state == State.WITHDRAWN
    with transaction.atomic():
        lift(Hash.objects.get())
    publish()
    assert Hash.objects.get().published_state == State.ACTIVE


@pytest.mark.django_db
@pytest.mark.parametrize("first", [Holder.STAFF, Holder.SPIKE])
def test_a_hash_is_held_back_until_the_last_reason_is_lifted(first: Holder) -> None:
    claim(PHOTO)
    publish()
    held = Hash.objects.get()
    with transaction.atomic():
        assert suspend(held, Holder.STAFF, "one")
        assert suspend(held, Holder.SPIKE, "two")
        assert not suspend(held, Holder.SPIKE, "again")
        publish()
        rows = Change.objects.count()
        (gone,) = lift(held, [first])
        assert gone.holder == first and gone.why in ("one", "two")
        assert Change.objects.count() == rows
    assert partners_see() == State.WITHDRAWN
    with transaction.atomic():
        assert len(lift(held)) == 1
        assert lift(held) == []
    assert partners_see() == State.ACTIVE


def partners_see() -> str:
    publish()
    return Hash.objects.get().published_state


@pytest.mark.django_db
def test_a_new_reader_does_not_learn_what_was_withdrawn_before_it_came() -> None:
    gone, _ = claim(PHOTO, VIDEO)
    publish()
    withdraw(gone)
    publish()
    head = feed_after(0, limit=9).hashes[-1].seq or 0
    assert [h.signal for h in feed_after(0, limit=9, fresh_until=head).hashes] == ["VideoMD5"]
    assert len(feed_after(0, limit=9).hashes) == 2


@pytest.mark.django_db
def test_a_reader_of_confirmed_hashes_hears_when_one_is_no_longer() -> None:
    claim(PHOTO, VIDEO)
    publish()
    held = Hash.objects.get(signal="ImagePDQ")
    assert feed_after(0, limit=9, confidence="confirmed").hashes == []
    for confidence in (Confidence.CONFIRMED, Confidence.DISPUTED):
        with transaction.atomic():
            judge({held.pk: confidence})
        publish()
        (seen,) = feed_after(0, limit=9, confidence="confirmed").hashes
        assert (seen.pk, seen.confidence) == (held.pk, confidence)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "quality", "code"),
    [
        ("F" + PHOTO.value[1:], 100, "shape"),
        (PHOTO.value[1:], 100, "shape"),
        (PHOTO.value, 49, "quality"),
        (PHOTO.value, 101, "quality"),
        ("0" * 64, 100, "balance"),
        ("f" * 64, 100, "balance"),
    ],
)
def test_an_invalid_signal_is_refused_and_nothing_is_written(
    value: str, quality: int, code: str
) -> None:
    with pytest.raises(SignalError) as refused, transaction.atomic():
        make_claims(
            [VIDEO, SignalClaim("ImagePDQ", value, "as-displayed", quality)], source="case", on=DAY
        )
    assert refused.value.code == code
    assert not Hash.objects.exists() and not Change.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_bank_does_not_change_outside_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        make_claims([PHOTO], source="case", on=DAY)
    assert not Claim.objects.exists()


@given(st.integers(0, 2**256 - 1), st.integers(0, 2**256 - 1))
def test_distance_counts_the_bits_that_differ(a: int, b: int) -> None:
    assert ImagePDQ.distance(f"{a:064x}", f"{b:064x}") == f"{a ^ b:b}".count("1")


def test_a_bare_value_tells_its_type_by_length() -> None:
    assert signal_type_by_length(PHOTO.value) is ImagePDQ
    assert signal_type_by_length(VIDEO.value) is VideoMD5
    with pytest.raises(SignalError):
        signal_type_by_length("abc")


@pytest.mark.django_db
def test_publications_keep_the_interval_that_mixes_cases(settings: Settings) -> None:
    settings.PUBLICATION_INTERVAL = 3600
    claim(PHOTO)
    assert publish() == 1
    claim(VIDEO)
    assert publish() == 0
    FeedHead.objects.update(published_at=timezone.now() - timedelta(seconds=3601))
    assert publish() == 1


@pytest.mark.django_db
def test_a_published_time_reads_back_as_it_was_written() -> None:
    claim(PHOTO, VIDEO)
    publish()
    head = FeedHead.objects.get()
    assert {h.published_at for h in Hash.objects.all()} == {head.published_at}
    assert {c.published_at for c in Change.objects.all()} == {head.published_at}
    assert Hash.objects.filter(published_at__gte=head.published_at).count() == 2


@pytest.mark.django_db
def test_a_reader_of_one_signal_costs_no_sort_of_the_bank() -> None:
    rows = Hash.objects.filter(seq__gt=0, signal="VideoMD5").order_by("seq")[:100]
    Hash.objects.bulk_create(
        Hash(signal="VideoMD5" if n % 50 == 0 else "ImagePDQ", value=f"{n:032x}", seq=n + 1)
        for n in range(5000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE hashes_hash")
        # A plan for a large bank: for a small one a sort is cheap, and PostgreSQL knows it.
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.explain()
    assert "hash_signal_seq" in plan
    assert "Sort" not in plan and "TEMP B-TREE" not in plan
