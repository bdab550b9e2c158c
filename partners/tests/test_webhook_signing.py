"""What we sign, the official verifiers of the specification accept; one changed byte they refuse."""

import base64
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from partners.webhooks.signing import headers, new_message_id, new_secret, sign

pytestmark = pytest.mark.stateless

BODY = '{"type":"hashes.published","data":{"cursor":"é"}}'.encode()


def _now() -> datetime:
    return datetime.now(UTC)


def test_the_official_package_verifies() -> None:
    secret = new_secret()
    sent = headers(new_message_id(), BODY, [secret], _now())
    assert Webhook(secret).verify(BODY, sent)["type"] == "hashes.published"


def npm_says(secret: str, sent: dict[str, str], body: bytes) -> str:
    message = {"secret": secret, "headers": sent, "body": body.decode()}
    ran = subprocess.run(
        ["node", Path(__file__).with_name("verify.mjs")],
        input=json.dumps(message),
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


def test_the_official_package_for_node_verifies_too() -> None:
    secret = new_secret()
    sent = headers(new_message_id(), BODY, [new_secret(), secret], _now())
    assert npm_says(secret, sent, BODY) == "hashes.published"
    assert npm_says(secret, sent, BODY.replace(b"published", b"withdrawn")) == "refused"
    assert npm_says(new_secret(), sent, BODY) == "refused"


def test_the_published_vector_of_the_specification() -> None:
    # standard-webhooks/spec, "Verifying webhook authenticity": its example of a v1 signature.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    signature = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_one_changed_byte_fails() -> None:
    secret = new_secret()
    sent = headers(new_message_id(), BODY, [secret], _now())
    for place in range(len(BODY)):
        changed = bytearray(BODY)
        changed[place] ^= 1
        try:
            text = changed.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(text, sent)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
def test_a_changed_id_or_timestamp_fails(name: str) -> None:
    secret = new_secret()
    sent = headers(new_message_id(), BODY, [secret], _now())
    moved = str(int(sent["webhook-timestamp"]) + 1)
    sent[name] = moved if name == "webhook-timestamp" else "msg_other"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, sent)


def test_an_old_message_fails() -> None:
    secret = new_secret()
    sent = headers(new_message_id(), BODY, [secret], _now() - timedelta(minutes=6))
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, sent)


def test_both_secrets_verify_while_one_replaces_the_other() -> None:
    old, new = new_secret(), new_secret()
    sent = headers(new_message_id(), BODY, [new, old], _now())
    assert Webhook(old).verify(BODY, sent)
    assert Webhook(new).verify(BODY, sent)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, sent)


def test_secrets_and_ids_have_the_form_of_the_specification() -> None:
    secret = new_secret()
    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64
    assert len({new_message_id() for _ in range(100)}) == 100
    assert len(new_message_id()) <= 40
    assert "." not in new_message_id()
