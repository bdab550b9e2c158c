"""Posting one message, and what became of it; touches no database."""

import time
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import structlog

from ncii.lib.outbound import Answer, NoAnswer, OutboundClient, Refused
from partners.webhooks.leasing import Message
from partners.webhooks.schedule import retry_after
from partners.webhooks.signing import headers

EXCERPT = 500
log = structlog.get_logger("partners.webhooks")


class Result(NamedTuple):
    """What became of one message. `outcome`: delivered, gone, redirect, rejected, refused,
    timeout, connect, tls, dns, disconnected, protocol; `held`: not tried, to be put back; `fault`:
    one of ours."""

    message: Message
    outcome: str
    at: datetime
    status: int | None = None
    milliseconds: int = 0
    answer: str = ""
    asked_wait: timedelta | None = None

    @property
    def delivered(self) -> bool:
        return self.outcome == "delivered"


def held(message: Message) -> Result:
    """Return that the message was not tried."""
    return Result(message, "held", datetime.now(UTC))


async def post(client: OutboundClient, message: Message) -> Result:
    """Sign the message and post it; never raises, so that no message stops the others."""
    at, started = datetime.now(UTC), time.monotonic()
    try:
        signed = headers(message.message_id, message.body, message.secrets, at)
        answer = await client.post(message.url, message.body, signed)
    except Refused as error:
        return Result(message, "refused", at, answer=str(error))
    except NoAnswer as error:
        return Result(message, str(error), at, milliseconds=_since(started))
    except Exception as error:  # noqa: BLE001
        log.error("post_fault", endpoint=message.endpoint_id, error=type(error).__name__)
        return Result(message, "fault", at, milliseconds=_since(started))
    return Result(
        message,
        _outcome(answer.status),
        at,
        status=answer.status,
        milliseconds=_since(started),
        answer=_readable(answer),
        asked_wait=retry_after(answer.retry_after, at),
    )


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _outcome(status: int) -> str:
    if 200 <= status < 300:
        return "delivered"
    if status == 410:
        return "gone"
    return "redirect" if 300 <= status < 400 else "rejected"


def _readable(answer: Answer) -> str:
    """Return the answer's beginning as text that a database and a page can show."""
    text = answer.body.decode(errors="replace")
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text[:EXCERPT])
