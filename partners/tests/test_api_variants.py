"""The variant filter: a reader of some variants holds exactly the hashes that are of one of them."""

from dataclasses import replace

import pytest
from django.db import transaction

from hashes import publisher
from hashes.models import Claim, Confidence, Hash, Holder
from hashes.publisher import publish
from hashes.services import SignalClaim, judge, lift, make_claims, suspend
from ncii.lib.days import today
from partners.selectors import readers
from partners.tests.api_helpers import Platform, claim, is_problem, photo, video, withdraw
from partners.tests.test_api_export import export
from partners.tests.test_api_withdrawals import due

CHANGES = "/api/v1/hashes/changes"
CHOSEN = "as-displayed,stored"


def of(wanted: SignalClaim, variant: str) -> SignalClaim:
    return replace(wanted, variant=variant)


def news(platform: Platform, cursor: str, variant: str = CHOSEN) -> tuple[dict[str, str], str]:
    """Return {value: state} of what came after the cursor, and the next cursor."""
    page = platform.changes(after=cursor, variant=variant)
    return {c["value"]: c["state"] for c in page["changes"]}, page["next"]


@pytest.mark.django_db
def test_only_hashes_of_a_chosen_variant_are_handed_over() -> None:
    platform = Platform()
    shown, turned, kept = photo(), of(photo(), "mirrored"), of(photo(), "stored")
    claim(shown, turned, kept, video())
    page = platform.changes(variant=CHOSEN)
    assert {c["value"] for c in page["changes"]} == {shown.value, kept.value}
    assert set(export(platform, variant=CHOSEN)[0]) == {shown.value, kept.value}
    assert export(platform, variant="rotated-90")[0] == {}


@pytest.mark.django_db
def test_all_variants_of_a_hash_are_named_whichever_was_chosen() -> None:
    platform, picture = Platform(), photo()
    claim(picture)
    claim(of(picture, "mirrored"))
    (change,) = platform.changes(variant="mirrored")["changes"]
    assert change["variants"] == ["as-displayed", "mirrored"]


@pytest.mark.django_db
def test_a_claim_that_waits_for_the_publisher_adds_no_variant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    platform, picture = Platform(), photo()
    with transaction.atomic():
        make_claims([picture], source="case", on=today())
        make_claims([of(picture, "mirrored")], source="case", on=today())
    with monkeypatch.context() as small:
        small.setattr(publisher, "BATCH", 1)
        publisher._publish_batch(is_first=True)
    (change,) = platform.changes()["changes"]
    assert change["variants"] == ["as-displayed"]
    publish()
    (change,) = platform.changes()["changes"]
    assert change["variants"] == ["as-displayed", "mirrored"]


@pytest.mark.django_db
def test_a_hash_that_is_no_longer_of_a_chosen_variant_looks_withdrawn() -> None:
    platform, everything, picture = Platform(), Platform(), photo()
    (mine,) = claim(picture)
    claim(of(picture, "mirrored"))
    cursor = platform.changes(variant=CHOSEN)["next"]
    other = everything.changes()["next"]
    withdraw(mine)
    page = platform.changes(after=cursor, variant=CHOSEN)
    assert [(c["state"], c["variants"]) for c in page["changes"]] == [("Withdrawn", [])]
    page = everything.changes(after=other)
    assert [(c["state"], c["variants"]) for c in page["changes"]] == [("Active", ["mirrored"])]


@pytest.mark.django_db
def test_it_comes_back_with_a_new_claim_of_that_variant() -> None:
    platform, picture = Platform(), photo()
    (mine,) = claim(picture)
    claim(of(picture, "mirrored"))
    withdraw(mine)
    cursor = platform.changes(variant=CHOSEN)["next"]
    claim(of(picture, "stored"))
    assert news(platform, cursor)[0] == {picture.value: "Active"}


@pytest.mark.django_db
def test_withdrawals_of_what_was_never_of_a_chosen_variant_do_not_come() -> None:
    platform, turned, shown = Platform(), of(photo(), "mirrored"), photo()
    made = claim(turned, shown)
    cursor = platform.changes(variant=CHOSEN)["next"]
    withdraw(*made)
    assert news(platform, cursor)[0] == {shown.value: "Withdrawn"}


@pytest.mark.django_db
def test_who_begins_with_nothing_hears_of_nothing_that_left_before() -> None:
    platform, picture = Platform(), photo()
    (mine,) = claim(picture)
    claim(of(picture, "mirrored"))
    withdraw(mine)
    first = platform.changes(variant=CHOSEN)
    assert first["changes"] == []
    _, cursor = export(platform, variant=CHOSEN)
    assert news(platform, cursor)[0] == {}


@pytest.mark.django_db
def test_a_hash_that_is_held_back_and_released_leaves_and_returns() -> None:
    platform, picture = Platform(), photo()
    claim(picture)
    cursor = platform.changes(variant=CHOSEN)["next"]
    with transaction.atomic():
        suspend(Hash.objects.get(), Holder.STAFF, "a test")
    publish()
    found, cursor = news(platform, cursor)
    assert found == {picture.value: "Withdrawn"}
    with transaction.atomic():
        lift(Hash.objects.get())
    publish()
    assert news(platform, cursor)[0] == {picture.value: "Active"}


@pytest.mark.django_db
def test_variants_change_with_a_publication_only() -> None:
    platform, picture = Platform(), photo()
    claim(picture)
    (before,) = platform.changes()["changes"]
    Claim.objects.update(variant="stored")
    assert platform.changes()["changes"] == [before]


@pytest.mark.django_db
def test_it_joins_with_the_other_filters() -> None:
    platform, confirmed, mirrored = Platform(), photo(), of(photo(), "mirrored")
    claim(confirmed, mirrored, photo())
    for wanted in (confirmed, mirrored):
        judge({Hash.objects.get(value=wanted.value).pk: Confidence.CONFIRMED})
    publish()
    query = {"variant": CHOSEN, "confidence": "confirmed", "signal": "ImagePDQ"}
    assert [c["value"] for c in platform.changes(**query)["changes"]] == [confirmed.value]
    assert set(export(platform, **query)[0]) == {confirmed.value}


@pytest.mark.django_db
def test_a_cursor_is_good_for_its_variants_only() -> None:
    platform = Platform()
    claim(photo())
    cursor = platform.changes(variant=CHOSEN)["next"]
    platform.changes(variant="stored,as-displayed", after=cursor)
    for query in ({}, {"variant": "stored"}, {"variant": f"{CHOSEN},mirrored"}):
        is_problem(platform.get(CHANGES, query | {"after": cursor}), 400)
    token = {"startTimestamp": 10, "nextPageToken": cursor}
    is_problem(platform.get("/v1/FetchHashes", token), 400)


@pytest.mark.django_db
@pytest.mark.parametrize("variant", ["", "sideways", "stored,", "stored,,mirrored", "Stored"])
def test_a_variant_nobody_knows_is_refused(variant: str) -> None:
    platform = Platform()
    for path in (CHANGES, "/api/v1/hashes/export"):
        problem = is_problem(platform.get(path, {"variant": variant}), 400)
        assert problem["errors"][0]["parameter"] == "variant"


@pytest.mark.django_db
def test_nobody_is_told_that_a_platform_has_what_it_left_out() -> None:
    platform, turned, shown = Platform(), of(photo(), "mirrored"), photo()
    made = claim(turned, shown)
    platform.changes(variant=CHOSEN)
    told = readers([each.hash_id for each in made])
    for each in Claim.objects.select_related("announced", "hash"):
        handed = told.has_read(platform.partner, each.hash, each.announced.seq)
        assert handed == (each.hash.value == shown.value)


@pytest.mark.django_db
def test_the_sandbox_knows_the_filter() -> None:
    platform = Platform()
    platform.row.sandbox = True
    platform.row.save()
    assert len(platform.changes(variant="original")["changes"]) == 16
    assert platform.changes(variant="mirrored,stored")["changes"] == []
    is_problem(platform.get(CHANGES, {"variant": "sideways"}), 400)


@pytest.mark.django_db
def test_a_reader_of_some_variants_passes_no_withdrawal_for_a_reader_of_others() -> None:
    platform, turned = Platform(), of(photo(), "mirrored")
    made = claim(turned)
    platform.changes()
    cursor = platform.changes(variant=CHOSEN)["next"]
    withdraw(*made)
    claim(photo())
    for _ in range(2):
        told, cursor = news(platform, cursor)
        assert turned.value not in told
    assert due(platform) == {turned.value}


@pytest.mark.django_db
def test_no_withdrawal_is_due_of_variants_that_a_platform_does_not_take() -> None:
    platform, shown, turned = Platform(), photo(), of(photo(), "mirrored")
    made = claim(shown, turned)
    platform.changes(variant=CHOSEN)
    withdraw(*made)
    assert due(platform) == {shown.value}
