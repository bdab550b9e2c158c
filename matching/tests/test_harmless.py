"""Harmless pictures: what is near one is taken in, held back unseen, and in staff's hands."""

import random
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image, ImageOps
from skimage import data

from hashes.models import Hash, Holder, State, Suspension
from hashes.publisher import publish
from hashes.services import suspend
from hashes.signal_types import ImagePDQ
from matching.approvals import HarmlessForm
from matching.bench.week.pictures import PHOTOGRAPHS, photograph
from matching.harmless.pictures import pictures
from matching.harmless.pictures.making import CLOSE, LIMIT, copy_of, of_picture
from matching.harmless.selectors import near_harmless
from matching.harmless.services import add_harmless, sweep
from matching.index.codes import from_hex, near
from matching.management.commands.load_harmless import SHIPPED
from matching.models import Decision, HarmlessHash, Kind, ReviewItem
from matching.review import services as review
from matching.review.selectors import queue
from matching.tests.index_data import add, flipped, random_values, withdraw
from matching.tests.test_review import dispute, platform
from matching.tests.test_review_admin import QUEUE, page, staff, step
from ncii.staff import audit
from ncii.staff.approvals import ActRefused, ask, decide
from ncii.staff.models import Approval, AuditEntry
from ncii.staff.roles import LEAD
from partners.contributions import Contributed, contribute
from partners.tests.api_helpers import Platform
from partners.tests.photos import pdq_hex

FLAG, LOGO, OTHER, OWN = random_values(4, seed=31)
NEAR, FAR = flipped(FLAG, range(31)), flipped(FLAG, range(32))
NAME = ImagePDQ.name

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed() -> None:
    add_harmless([(NAME, FLAG, "flag of nowhere")], None)


@pytest.fixture
def ann() -> User:
    user = User.objects.create_user("ann", is_staff=True)
    user.groups.add(Group.objects.get(name=LEAD))
    return user


@pytest.fixture
def ben() -> User:
    user = User.objects.create_user("ben", is_staff=True)
    user.groups.add(Group.objects.get(name=LEAD))
    return user


def held(value: str) -> Hash:
    return Hash.objects.get(value=value)


def seen(value: str) -> bool:
    publish()
    return held(value).published_state == State.ACTIVE


def in_feed(platform: Platform) -> set[str]:
    publish()
    changes = platform.changes(limit=500)["changes"]
    return {change["value"] for change in changes if change["state"] == "Active"}


def changed(who: User, second: User, change: str, *values: str) -> Approval:
    form = HarmlessForm({"change": change, "label": "a test", "values": "\n".join(values)})
    assert form.is_valid(), form.errors
    asked = ask(
        who, "harmless", subject=form.subject(), payload=form.payload(), reason="It is a flag."
    )
    return decide(asked, second, approve=True)


@pytest.mark.usefixtures("listed")
def test_what_is_within_31_bits_is_held_back_and_nothing_else() -> None:
    platform = Platform()
    add(FLAG, NEAR, FAR, OTHER)
    assert in_feed(platform) == {FAR, OTHER}
    assert {each.hash.value for each in queue()} == {FLAG, NEAR}
    assert {(each.kind, each.partner) for each in queue()} == {(Kind.HARMLESS, None)}
    assert held(NEAR).state == State.SUSPENDED
    assert Hash.objects.filter(seq=None).count() == 2


@pytest.mark.usefixtures("listed")
def test_it_is_explained_in_the_audit() -> None:
    add(NEAR)
    entry = AuditEntry.objects.get()
    assert (entry.who, entry.act) == ("rule", "hash.suspend.harmless")
    assert entry.detail == "31 bits from “flag of nowhere”, which is known as harmless"
    assert NEAR not in f"{entry.subject} {entry.detail}"
    assert not list(audit.verify())


@pytest.mark.usefixtures("listed")
def test_what_platforms_contribute_passes_the_same_check() -> None:
    platform = Platform()
    contribute(platform.partner, [Contributed(NAME, NEAR, 100), Contributed(NAME, OTHER, 100)])
    assert in_feed(platform) == {OTHER}


@pytest.mark.usefixtures("listed")
def test_a_claim_that_comes_back_is_still_held_back() -> None:
    withdraw(*add(NEAR))
    assert not ReviewItem.objects.get().decision
    add(NEAR)
    assert not seen(NEAR)
    assert ReviewItem.objects.count() == 1


@pytest.mark.usefixtures("listed")
def test_staff_release_it_for_good_and_can_undo_that(ann: User) -> None:
    add(NEAR)
    item = review.take_next(ann)
    assert item
    review.decide(item, ann, Decision.KEEP, "a person, in front of a flag")
    assert seen(NEAR)
    add(NEAR)
    assert seen(NEAR)
    review.undo(item, ann, "it is only a flag")
    assert not seen(NEAR)
    assert [s.holder for s in Suspension.objects.all()] == [Holder.HARMLESS]


def test_what_is_in_the_bank_is_held_back_when_the_list_grows(ann: User, ben: User) -> None:
    add(FLAG, NEAR, FAR, OTHER)
    assert seen(NEAR)
    approval = changed(ann, ben, "add", FLAG)
    assert approval.subject.endswith("near them in the bank: 2")
    sweep()
    assert [seen(value) for value in (FLAG, NEAR, FAR, OTHER)] == [False, False, True, True]
    assert queue().count() == 2
    sweep()
    assert queue().count() == 2


def test_what_is_taken_off_the_list_is_released(ann: User, ben: User) -> None:
    add(FLAG, NEAR, LOGO)
    changed(ann, ben, "add", FLAG, LOGO)
    sweep()
    assert not any(seen(value) for value in (FLAG, NEAR, LOGO))
    with transaction.atomic():
        suspend(held(NEAR), Holder.DISPUTES, "another reason")
    changed(ben, ann, "remove", FLAG)
    sweep()
    assert [seen(value) for value in (FLAG, NEAR, LOGO)] == [True, False, False]
    assert [item.hash.value for item in queue()] == [LOGO]
    assert AuditEntry.objects.filter(act="hash.release.harmless").count() == 2
    assert HarmlessHash.objects.filter(value=FLAG).exclude(removed_at=None).exists()
    assert changed(ann, ben, "add", FLAG).state == "done"


def test_what_staff_keep_stays_when_the_list_grows(ann: User, ben: User) -> None:
    add(NEAR)
    changed(ann, ben, "add", FLAG)
    sweep()
    item = review.take_next(ann)
    assert item
    review.decide(item, ann, Decision.KEEP, "a person")
    changed(ann, ben, "add", flipped(FLAG, range(3)))
    sweep()
    assert seen(NEAR)


def test_one_person_can_not_change_the_list(ann: User) -> None:
    with pytest.raises(ActRefused, match="somebody else"):
        changed(ann, ann, "add", FLAG)
    assert not HarmlessHash.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        HarmlessHash.objects.create(
            signal=NAME, value=FLAG, label="alone", listed_at=timezone.now()
        )
    add_harmless([(NAME, FLAG, "ships")], None)
    with pytest.raises(IntegrityError), transaction.atomic():
        HarmlessHash.objects.update(removed_at=timezone.now())


@pytest.mark.parametrize(
    ("values", "says"),
    [("xyz", "as long as no known signal"), ("0" * 64, "No picture"), (FLAG.upper(), "lower-case")],
)
def test_nonsense_is_not_listed(values: str, says: str) -> None:
    form = HarmlessForm({"change": "add", "label": "x", "values": f"{OTHER} {values}"})
    assert not form.is_valid()
    assert says in str(form.errors) and "Hash 2" in str(form.errors)


def test_what_is_not_listed_can_not_be_removed() -> None:
    form = HarmlessForm({"change": "remove", "label": "x", "values": OTHER})
    assert "Not all of these" in str(form.errors)


def test_a_video_is_harmless_when_it_is_equal() -> None:
    add_harmless([("VideoMD5", "a" * 32, "an advertisement")], None)
    wanted = [("VideoMD5", "a" * 32), ("VideoMD5", "b" * 32)]
    assert list(near_harmless(wanted)) == [wanted[0]]


@pytest.mark.usefixtures("listed")
def test_a_flood_of_flags_does_not_bury_what_else_is_held_back() -> None:
    add(*(flipped(FLAG, [bit]) for bit in range(20)))
    add(OTHER)
    for name in ("One", "Two"):
        dispute(platform(name), held(OTHER))
    assert queue()[0].hash.value == OTHER
    assert queue().count() == 22


@pytest.mark.parametrize("kind", ["flag", "logo", "test card", "text", "page", "screen"])
def test_what_ships_is_what_the_code_makes(kind: str) -> None:
    """Of each kind some pictures are made again: hashes of other pictures may stand for theirs."""
    shipped = [line.split(" ", 1) for line in SHIPPED.read_text().splitlines()]
    listed = np.stack([_bits(value) for value, _ in shipped])
    drawn = [each for each in pictures() if each[0].startswith(f"{kind}:")]
    names = {label for label, _ in drawn}
    assert {label.split("; ")[0] for _, label in shipped if label.startswith(f"{kind}:")} <= names
    made = [row for each in drawn[7::80] for row in of_picture(each)]
    assert made
    for label, value in made:
        assert np.count_nonzero(listed != _bits(value), axis=1).min() <= CLOSE, label


def _bits(value: str) -> npt.NDArray[np.uint8]:
    return np.unpackbits(np.frombuffer(bytes.fromhex(value), dtype=np.uint8))


def test_what_ships_is_bounded_named_and_no_two_are_close() -> None:
    lines = SHIPPED.read_text().splitlines()
    values = [line[:64] for line in lines]
    assert 2_000 < len(lines) <= LIMIT
    assert all(len(line[65:]) <= 80 and ": " in line for line in lines)
    codes = from_hex(values)
    hits = near(codes, codes, CLOSE)
    assert len(hits.rows) == len(lines)


def test_what_ships_is_loaded_once_and_stays_off_when_removed(ann: User, ben: User) -> None:
    call_command("load_harmless", verbosity=0)
    count = HarmlessHash.objects.count()
    assert count == len(SHIPPED.read_text().splitlines())
    assert AuditEntry.objects.filter(act="harmless.load").count() == 1
    value = SHIPPED.read_text()[:64]
    changed(ann, ben, "remove", value)
    call_command("load_harmless", verbosity=0)
    assert HarmlessHash.objects.count() == count
    assert (
        not near_harmless([(NAME, value)]) or HarmlessHash.objects.filter(value=value).count() == 1
    )


def test_no_photograph_is_near_what_ships() -> None:
    """Whole photographs and a thousand parts of them; the made-up week takes ten thousand."""
    call_command("load_harmless", verbosity=0)
    chance = random.Random(12)
    values = {(NAME, pdq_hex(Image.fromarray(photo()).convert("RGB"))) for photo in PHOTOGRAPHS}
    values |= {(NAME, photograph(chance)) for _ in range(1_000)}
    assert not near_harmless(list(values))


@pytest.mark.parametrize("rim", [0, 125])
def test_a_copy_that_somebody_framed_and_compressed_is_near_what_ships(rim: int) -> None:
    call_command("load_harmless", verbosity=0)
    drawn = dict(pictures())
    labels = (
        "flag: United States",
        "flag: Canada",
        "logo: dark letter Q",
        "page: a letter",
    )
    for label in labels:
        framed = ImageOps.expand(drawn[label].resize((750, 500)), (0, rim), "black")
        copied = copy_of(framed, 0.7, 70).convert("RGB")
        assert near_harmless([(NAME, pdq_hex(copied))]), label


def test_staff_hash_their_own_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.png"
    Image.fromarray(data.coffee()).save(path)
    call_command("hash_pictures", str(path))
    values = capsys.readouterr().out.split()
    assert len(values) == 8 and values[0] == pdq_hex(Image.fromarray(data.coffee()))


def test_staff_see_it_in_the_queue_and_on_the_list_and_release_it() -> None:
    add_harmless([(NAME, FLAG, "flag of nowhere")], None)
    add(NEAR)
    item, client = ReviewItem.objects.get(), staff("carl")
    assert "harmless" in client.get(QUEUE).content.decode()
    text = client.get(page(item)).content.decode()
    assert "31 bits from “flag of nowhere”" in text and "the bank" in text
    assert "flag of nowhere" in client.get("/staff/matching/harmlesshash/").content.decode()
    assert client.get("/staff/staff/approval/ask/harmless/").status_code == 200
    step(client, item, "note")
    step(client, item, "keep")
    assert seen(NEAR)


@pytest.mark.parametrize("listed_still", [True, False])
def test_undoing_holds_back_again_only_what_is_near_the_list_still(
    ann: User, ben: User, listed_still: bool
) -> None:
    changed(ann, ben, "add", FLAG)
    add(NEAR)
    item = ReviewItem.objects.get()
    review.take(item, ann)
    review.decide(item, ann, Decision.KEEP, "it is no flag")
    if not listed_still:
        changed(ann, ben, "remove", FLAG)
    sweep()
    review.undo(item, ann, "mistaken")
    assert held(NEAR).suspended == listed_still
