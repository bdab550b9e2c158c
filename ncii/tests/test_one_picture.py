"""One real picture through every room of the house, and back out again by withdrawal.

The browser hashes it, the bank publishes it, the bell rings, a partner takes it, reports on it,
the person reads so; another person has the same picture; each withdraws, and only then does it
leave the partner's list.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page
from skimage import data

from ncii.tests.demo_partner import DemoPartner
from ncii.tests.stack import Stack
from ncii.tests.victim import Victim
from ncii.tests.waiting import wait_until
from partners.tests.photos import jpeg, one_of_a_kind, pdq_hex

pytestmark = pytest.mark.e2e
PIN, OTHER_PIN = "482915", "719304"


@pytest.fixture
def partner(stack: Stack, tmp_path: Path) -> Iterator[DemoPartner]:
    demo = DemoPartner(stack, f"Examplegram {time.monotonic_ns()}", tmp_path)
    demo.start()
    yield demo
    demo.stop()


def named(content: bytes, name: str, kind: str) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def test_a_picture_goes_all_the_way_and_comes_back_by_withdrawal(
    page: Page, partner: DemoPartner
) -> None:
    photo = jpeg(one_of_a_kind(data.astronaut()))
    value = pdq_hex(Image.open(io.BytesIO(photo)))
    person, files = Victim(page), [named(photo, "us-at-home.jpg", "image/jpeg")]
    number = person.open_case(files, PIN)

    wait_until(lambda: value in partner.list(), partner.log.read_text)
    wait_until(lambda: "bell verified: hashes.published" in partner.log.read_text())
    person.enter(number, PIN)
    assert person.said_of("Photo 1", partner.name) == ["Has the fingerprint", "Nothing reported"]

    assert _on_exchange(partner, value) == ("Active", ["Active"])
    name = partner.list()[value]
    match = {"id": name, "distance": 4, "matched_at": "2026-01-02T03:04:05Z", "action": "review"}
    partner.call("POST", "/api/v1/matches", match, **{"Idempotency-Key": f"match-{name}"})
    page.reload()
    assert person.said_of("Photo 1", partner.name)[1] == "Checking a match"
    partner.call("PUT", f"/api/v1/hashes/{name}/verdict", {"value": "Blocked"})
    page.reload()
    assert person.said_of("Photo 1", partner.name)[1] == "Found and blocked"

    since = int(time.time())
    other_number = Victim(page).open_case(files, OTHER_PIN)
    person.enter(number, PIN)
    person.withdraw()
    told = ["Told to remove it", "Found and blocked"]
    wait_until(lambda: _status(person, number, PIN, partner) == told)
    assert value in partner.list()

    person.enter(other_number, OTHER_PIN)
    person.withdraw()
    wait_until(lambda: value not in partner.list(), partner.log.read_text)
    wait_until(lambda: "bell verified: hashes.withdrawn" in partner.log.read_text())
    assert _on_exchange(partner, value, since) == ("Withdrawn", ["Withdrawn", "Withdrawn"])
    assert _on_exchange(partner, value) is None, "a new reader does not learn it"


def _status(person: Victim, number: str, pin: str, partner: DemoPartner) -> list[str]:
    person.enter(number, pin)
    return person.said_of("Photo 1", partner.name)


def _on_exchange(partner: DemoPartner, value: str, since: int = 10) -> tuple[str, list[str]] | None:
    """The state of a hash on the StopNCII exchange, and of the cases that hold it."""
    keys = {"Ocp-Apim-Subscription-Key": partner.key, "x-functions-key": partner.key}
    path = f"/v1/FetchHashes?startTimestamp={since}&pageSize=1000"
    for record in partner.call("GET", path, **keys)["hashRecords"]:
        if record["hashValue"] == value:
            return record["hashStatus"], list(record["caseNumbers"].values())
    return None
