"""The demo partner believes the bank's signature and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from partners.clients.demo import Copy, Forged, verify
from partners.webhooks.signing import headers, new_message_id, new_secret

pytestmark = pytest.mark.stateless
BODY = b'{"type":"hashes.published"}'


def signed(secret: str, age: timedelta = timedelta(0)) -> dict[str, str]:
    return headers(new_message_id(), BODY, [new_secret(), secret], datetime.now(UTC) - age)


def test_believes_what_the_bank_signed() -> None:
    secret = new_secret()
    assert verify(secret, signed(secret), BODY) == {"type": "hashes.published"}


def test_believes_nothing_else() -> None:
    secret = new_secret()
    for sent, body in [
        (signed(secret), BODY + b" "),
        (signed(new_secret()), BODY),
        (signed(secret, timedelta(minutes=6)), BODY),
        (signed(secret, timedelta(minutes=-6)), BODY),
        (signed(secret) | {"webhook-id": "msg_other"}, BODY),
        (signed(secret) | {"webhook-timestamp": "now"}, BODY),
        (signed(secret) | {"webhook-signature": "v1,é"}, BODY),
        ({}, BODY),
    ]:
        with pytest.raises(Forged):
            verify(secret, sent, body)


def test_keeps_active_hashes_and_survives_a_restart(tmp_path) -> None:
    path = tmp_path / "state" / "copy.json"
    copy = Copy.load(path)
    row = {"signal": "VideoMD5", "value": "ab" * 16, "confidence": "unverified"}
    page = {
        "changes": [
            {"id": "a", "state": "Active", **row},
            {"id": "b", "state": "Active", **row},
        ],
        "next": "c1",
    }
    assert copy.apply(page) == (2, 0)
    assert copy.apply(page) == (0, 0), "the same page again changes nothing"
    copy.save(path)
    copy = Copy.load(path)
    gone = {"changes": [{"id": "a", "state": "Withdrawn", **row}], "next": "c2"}
    assert copy.apply(gone) == (0, 1)
    assert copy == Copy("c2", {"b": row})
