"""Staff hash pictures of their own in their browser, look what that would do, and ask for it."""

from pathlib import Path

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, Request, expect
from skimage import data

from hashes.models import Hash
from hashes.publisher import publish
from matching.harmless.nearness import in_the_bank
from matching.neighbours import Neighbour
from matching.tests.index_data import add, flipped, random_values
from ncii.tests.access import DESK, PHONE
from ncii.tests.stack import Stack
from ncii.tests.staff_browser import OpenPage, come_in, faults_of_every_look, login_of
from partners.tests.photos import one_of_a_kind, pdq_hex

ASK = "/staff/staff/approval/ask/harmless/"
PHOTO = one_of_a_kind(data.rocket())
CLAIM = """
from django.db import transaction
from hashes.publisher import publish
from hashes.services import SignalClaim, make_claims
from ncii.lib.days import today
with transaction.atomic():
    make_claims([SignalClaim("ImagePDQ", "{value}", "original", 100)], source="case", on=today())
publish()
"""


@pytest.mark.django_db
def test_what_is_near_in_the_bank_is_counted_and_the_nearest_shown() -> None:
    one, two, far = random_values(3, seed=8)
    add(one, flipped(one, range(5)), flipped(two, range(31)), flipped(two, range(32)), far)
    publish()
    found = in_the_bank([("ImagePDQ", one), ("ImagePDQ", two), ("VideoMD5", "a" * 32)])
    confidence = Hash.objects.get(value=one).confidence
    assert (found.given, found.count) == (3, 3)
    assert found.nearest == [
        Neighbour(one, 0, confidence),
        Neighbour(flipped(one, range(5)), 5, confidence),
        Neighbour(flipped(two, range(31)), 31, confidence),
    ]


@pytest.mark.django_db
def test_looking_asks_for_nothing(admin_client: Client) -> None:
    (value,) = random_values(1, seed=9)
    add(flipped(value, range(3)))
    publish()
    form = {"change": "add", "label": "a flag", "values": value, "reason": "It is one."}
    answer = admin_client.post(ASK, {**form, "look": ""})
    text = answer.content.decode()
    assert "<td>3 bits</td>" in text and "It is one." in text and value in text
    assert flipped(value, range(3)) not in text
    assert "multipart" not in text
    assert "wasm-unsafe-eval" in answer["Content-Security-Policy"]
    assert (
        "unsafe"
        not in admin_client.get(ASK.replace("harmless", "purge"))["Content-Security-Policy"]
    )
    bad = admin_client.post(ASK, {**form, "values": "xyz", "look": ""}).content.decode()
    assert "as long as no known signal" in bad and "Near this hash" not in bad
    admin_client.post(ASK, form)
    assert admin_client.get("/staff/staff/approval/").content.decode().count("a flag") == 1


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A picture, one that is too plain, and what is none."""
    paths = [tmp_path / name for name in ("meme of ours.png", "blank.png", "words.txt")]
    PHOTO.save(paths[0])
    Image.new("RGB", (300, 200), "white").save(paths[1])
    paths[2].write_text("no picture")
    return paths


@pytest.mark.e2e
@pytest.mark.stateless
def test_pictures_are_hashed_in_the_browser_and_their_hashes_listed_by_two(
    open_page: OpenPage, stack: Stack, files: list[Path]
) -> None:
    value = pdq_hex(PHOTO)
    stack.manage("shell", "-c", CLAIM.format(value=value))
    page = open_page(DESK, "light")
    come_in(page, login_of(stack, "lists"))
    page.goto(ASK)
    assert not faults_of_every_look(page)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    _hash(page, files)
    assert value in page.get_by_label("Hashes").input_value().split()
    assert not [each for each in sent if each.method != "GET" or each.post_data]

    page.get_by_label("Label").fill("meme of the journey")
    page.get_by_label("Reason").fill("Everybody has it.")
    page.get_by_role("button", name="Look what it is near").press("Enter")
    expect(page.get_by_role("cell", name="0 bits")).to_be_visible(timeout=30_000)
    assert not faults_of_every_look(page)
    page.get_by_role("button", name="Ask").press("Enter")
    expect(page.get_by_text("Somebody else has to answer.").first).to_be_visible()
    posted = [each.post_data or "" for each in sent if each.method == "POST"]
    assert len(posted) == 2 and not any("meme+of+ours" in each for each in posted)

    second = open_page(PHONE, "dark")
    come_in(second, login_of(stack, "agrees"))
    second.goto(page.url)
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_text("add: ").first).to_be_visible(timeout=30_000)
    second.goto("/staff/matching/harmlesshash/?q=meme+of+the+journey")
    expect(second.get_by_role("row").filter(has_text=value[:16])).to_have_count(1)


def _hash(page: Page, files: list[Path]) -> None:
    """Pick the files; wait until each has its answer."""
    page.get_by_label("Pictures or videos").set_input_files([str(path) for path in files])
    expect(page.get_by_role("status")).to_contain_text("Done.", timeout=60_000)
    lines = page.locator("#own-results li")
    expect(lines).to_have_count(3)
    expect(lines.nth(0)).to_contain_text("new hashes")
    expect(lines.nth(1)).to_contain_text("too plain")
    expect(lines.nth(2)).to_contain_text("no picture or video")
