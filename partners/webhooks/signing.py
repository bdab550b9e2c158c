"""Signatures of the Standard Webhooks specification 1.0 (symmetric, `v1`).

The signed text is ``id.timestamp.body`` with the exact bytes of the body; the signature is the
base64 of its HMAC-SHA-256 under the bytes that stand in the secret after ``whsec_``.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """Return a fresh secret: ``whsec_`` and the base64 of 256 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def new_message_id() -> str:
    """Return a fresh ``webhook-id``: 128 random bits, at most 40 characters."""
    return "msg_" + base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature, ``v1,<base64>``; `timestamp` is in Unix seconds."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    # Not hmac.digest, which lets go of the interpreter's lock and then waits to have it back.
    mac = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(mac).decode()


def headers(
    message_id: str, body: bytes, signing_secrets: Sequence[str], at: datetime
) -> dict[str, str]:
    """Return the headers of one attempt, with a signature under each secret."""
    timestamp = int(at.timestamp())
    signatures = (sign(secret, message_id, timestamp, body) for secret in signing_secrets)
    return {
        "Content-Type": "application/json",
        "User-Agent": "NCII-Hash-Bank-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
