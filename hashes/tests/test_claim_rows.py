"""Claims and their rows of the change log, in one write."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hashes.claim_rows import insert_claims
from hashes.models import Change, Claim, Hash, State, Variant

DAY = date(2026, 1, 2)
ROWS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(Variant.values),
        st.none() | st.integers(0, 100),
    ),
    max_size=40,
)


@pytest.mark.django_db
@settings(max_examples=50)
@given(ROWS)
def test_each_claim_is_written_as_asked_and_its_hash_logged_once(
    wanted: list[tuple[int, str, int | None]],
) -> None:
    hashes = [Hash.objects.create(signal="VideoMD5", value=f"{n:032x}") for n in range(5)]
    try:
        rows = [(hashes[place].pk, variant, quality) for place, variant, quality in wanted]
        numbers = insert_claims(rows, source="case", on=DAY)
        claims = Claim.objects.select_related("announced").in_bulk([claim for claim, _ in numbers])
        written = [claims[number] for number, _ in numbers]
        assert [(c.hash_id, c.variant, c.quality) for c in written] == rows
        assert [(c.pk, c.announced_id) for c in written] == numbers
        assert all((c.source, c.made_on, c.withdrawn_on) == ("case", DAY, None) for c in written)
        assert all(c.announced.hash_id == c.hash_id for c in written)
        assert all(c.announced.state == State.ACTIVE and c.announced.seq is None for c in written)
        assert Change.objects.count() == len({held for held, *_ in rows})
        assert [claim for claim, _ in numbers] == sorted(claims)
    finally:
        for model in (Claim, Change, Hash):
            model.objects.all().delete()
