"""Meta's python-threatexchange, unmodified, against the running product over HTTP."""

import secrets
from pathlib import Path

import pytest
import requests
from skimage import data
from threatexchange.exchanges.clients.stopncii.api import (
    StopNCIIAPI,
    StopNCIICaseStatus,
    StopNCIICSPFeedbackValue,
    StopNCIIEndpoint,
    StopNCIIHashRecord,
    StopNCIISignalType,
)
from threatexchange.signal_type.pdq.signal import PdqSignal

from hashes.signal_types import ImagePDQ
from ncii.tests.stack import Stack
from partners.tests.photos import copy_of, one_of_a_kind, pdq_hex
from partners.tests.tx import Tx, claim_on, new_key, withdraw_on

pytestmark = pytest.mark.e2e

# The client's index finds nothing while it holds a single photo, a fault of its own.
OTHER_PHOTOS = ImagePDQ.examples


def films(count: int) -> list[tuple[str, str]]:
    return [("VideoMD5", secrets.token_hex(16)) for _ in range(count)]


def client(stack: Stack, key: str) -> StopNCIIAPI:
    endpoints = dict.fromkeys(StopNCIIEndpoint, key)
    return StopNCIIAPI(key, key, endpoints, base_url_override=f"{stack.url}/v1")


def fetched(api: StopNCIIAPI, start: int = 10) -> dict[str, StopNCIIHashRecord]:
    pages = api.fetch_hashes_iter(start)
    return {record.hashValue: record for page in pages for record in page.hashRecords}


def test_tx_fetches_and_matches_a_reencoded_copy(stack: Stack, tmp_path: Path) -> None:
    photo, other = (one_of_a_kind(each()) for each in (data.astronaut, data.coffee))
    value = pdq_hex(photo)
    claim_on(stack, *(("ImagePDQ", each) for each in (value, *OTHER_PHOTOS)))
    tx = Tx(tmp_path, stack, new_key(stack, "Tx photos"))
    tx.join()
    tx.run("fetch")
    assert value in tx.signals()
    copy_of(photo).save(tmp_path / "copy.png")
    other.save(tmp_path / "other.png")
    assert "Hash bank" in tx.run("match", "photo", str(tmp_path / "copy.png"))
    assert "Hash bank" not in tx.run("match", "photo", str(tmp_path / "other.png"))


def test_its_index_fed_with_what_was_fetched_matches_a_copy(stack: Stack) -> None:
    photo = one_of_a_kind(data.cat())
    claim_on(stack, *(("ImagePDQ", each) for each in (pdq_hex(photo), *OTHER_PHOTOS)))
    records = fetched(client(stack, new_key(stack, "Tx index")))
    photos = [r for r in records.values() if r.signalType == StopNCIISignalType.ImagePDQ]
    index = PdqSignal.get_index_cls().build((r.hashValue, r.hashValue) for r in photos)
    copy = pdq_hex(copy_of(photo))
    assert pdq_hex(photo) in [found.metadata for found in index.query(copy)]


def test_an_incremental_fetch_brings_what_is_new(stack: Stack, tmp_path: Path) -> None:
    first, second = films(3), films(2)
    tx = Tx(tmp_path, stack, new_key(stack, "Tx incremental"))
    tx.join()
    claim_on(stack, *first)
    tx.run("fetch")
    claim_on(stack, *second)
    tx.run("fetch")
    assert {value for _, value in first + second} <= set(tx.signals())


def test_a_withdrawal_shows_in_the_record(stack: Stack) -> None:
    api = client(stack, new_key(stack, "Tx withdrawal"))
    (film,) = films(1)
    claim_on(stack, film)
    last = list(api.fetch_hashes_iter())[-1].nextSetTimestamp
    withdraw_on(stack, film)
    record = fetched(api, last)[film[1]]
    assert record.hashStatus == StopNCIICaseStatus.Withdrawn
    assert set(record.caseNumbers.values()) == {StopNCIICaseStatus.Withdrawn}


def test_feedback_comes_back_to_the_others(stack: Stack) -> None:
    judge = client(stack, new_key(stack, "Tx judge"))
    reader = client(stack, new_key(stack, "Tx reader"))
    (film,) = films(1)
    claim_on(stack, film)
    judge.submit_feedback(
        StopNCIISignalType.VideoMD5, film[1], StopNCIICSPFeedbackValue.Blocked, {"a", "b"}
    )
    (said,) = fetched(reader)[film[1]].CSPFeedbacks
    assert (said.source, said.feedbackValue) == ("Tx judge", StopNCIICSPFeedbackValue.Blocked)
    assert said.tags == {"a", "b"}


def test_contributed_hashes_reach_the_others(stack: Stack) -> None:
    giver = client(stack, new_key(stack, "Tx giver"))
    reader = client(stack, new_key(stack, "Tx taker"))
    value = secrets.token_hex(16)
    giver.submit_hash(StopNCIISignalType.VideoMD5, value, {"reviewed"})
    stack.manage("shell", stdin="from hashes.publisher import publish\npublish()\n")
    record = fetched(reader)[value]
    assert record.signalType == StopNCIISignalType.VideoMD5
    assert [said.source for said in record.CSPFeedbacks] == ["Tx giver"]


def test_ten_thousand_hashes_come_in_pages_across_a_restart_of_the_server(stack: Stack) -> None:
    many = films(10_000)
    claim_on(stack, *many)
    pages = client(stack, new_key(stack, "Tx pages")).fetch_hashes_iter()
    seen = [record.hashValue for _ in range(3) for record in next(pages).hashRecords]
    stack.restart("web")
    rest = list(pages)
    seen += [record.hashValue for page in rest for record in page.hashRecords]
    assert {value for _, value in many} <= set(seen)
    assert len(seen) == len(set(seen))
    assert all(page.count == 800 for page in rest[:-1])


def test_a_wrong_key_is_refused(stack: Stack) -> None:
    with pytest.raises(requests.HTTPError, match="401"):
        client(stack, "a-key-of-somebody-else").fetch_hashes()
