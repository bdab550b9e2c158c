"""A photo hashed in a real browser, fetched by Meta's unmodified client, which finds a copy of it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page
from skimage import data
from threatexchange.exchanges.clients.stopncii.api import StopNCIIAPI, StopNCIICaseStatus

from ncii.tests.stack import Stack
from ncii.tests.victim import Victim
from ncii.tests.waiting import wait_until
from partners.tests.photos import copy_of, jpeg, one_of_a_kind, pdq_hex
from partners.tests.tx import Tx, new_key

pytestmark = pytest.mark.e2e
PIN = "482915"


def named(content: bytes) -> FilePayload:
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content}


def saved(picture: Image.Image, path: Path) -> str:
    picture.save(path)
    return str(path)


def fetched(tx: Tx) -> bool:
    tx.run("fetch")
    return True


def matches(tx: Tx, photo: str) -> bool:
    return "(Hash bank)" in tx.run("match", "photo", photo)


def statuses(api: StopNCIIAPI, start: int = 10) -> dict[str, StopNCIICaseStatus]:
    pages = api.fetch_hashes_iter(start)
    return {record.hashValue: record.hashStatus for page in pages for record in page.hashRecords}


def test_a_browser_made_hash_is_matched_by_tx_and_its_withdrawal_arrives(
    page: Page, stack: Stack, tmp_path: Path
) -> None:
    # Two photos, because the client's index finds nothing while it holds a single one.
    photos = [one_of_a_kind(pixels) for pixels in (data.rocket(), data.coffee())]
    sent = [jpeg(photo) for photo in photos]
    values = {pdq_hex(Image.open(io.BytesIO(content))) for content in sent}
    key = new_key(stack, "Tx and the browser")
    tx, api = Tx(tmp_path, stack, key), StopNCIIAPI(key, key, base_url_override=f"{stack.url}/v1")
    tx.join()
    person = Victim(page)
    number = person.open_case([named(content) for content in sent], PIN)

    copy = saved(copy_of(photos[0]), tmp_path / "copy.png")
    stranger = saved(one_of_a_kind(data.chelsea()), tmp_path / "stranger.png")
    wait_until(lambda: fetched(tx) and values <= set(tx.signals()))
    assert matches(tx, copy)
    assert not matches(tx, stranger)
    assert {statuses(api)[value] for value in values} == {StopNCIICaseStatus.Active}

    checkpoint = list(api.fetch_hashes_iter())[-1].nextSetTimestamp
    person.enter(number, PIN)
    person.withdraw()
    gone = StopNCIICaseStatus.Withdrawn
    wait_until(lambda: {statuses(api, checkpoint).get(value) for value in values} == {gone})
