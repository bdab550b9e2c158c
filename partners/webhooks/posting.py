"""Posting a batch of messages concurrently on one event loop; touches no database."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ncii.lib.outbound import Answer, NoAnswer, OutboundClient, Refused
from partners.webhooks.leasing import Message
from partners.webhooks.schedule import retry_after
from partners.webhooks.signing import headers

AT_ONCE = 200
AT_ONCE_TO_ONE = 16
# No post begins later than this into a batch; none takes longer than outbound.TOTAL_SECONDS.
BEGIN_WITHIN_SECONDS = 30
EXCERPT = 500


@dataclass(frozen=True)
class Result:
    """What became of one message. `outcome`: delivered, gone, redirect, rejected, refused,
    timeout, connect, tls, dns, disconnected, protocol; `held`: not tried, to be put back."""

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


def post_all(messages: Sequence[Message], *, may_be_local: bool) -> list[Result]:
    """Post every message; return one result for each. Starts an event loop of its own."""
    return asyncio.run(_post_all(messages, OutboundClient(may_be_local=may_be_local)))


async def _post_all(messages: Sequence[Message], client: OutboundClient) -> list[Result]:
    queues: dict[int, list[Message]] = defaultdict(list)
    for message in reversed(messages):
        queues[message.endpoint_id].append(message)
    # An endpoint has as many turns as it may have posts at once; a turn comes back after each.
    turns = deque(
        queue for n in range(AT_ONCE_TO_ONE) for queue in queues.values() if len(queue) > n
    )
    last_start = time.monotonic() + BEGIN_WITHIN_SECONDS
    async with client:
        posters = [_take_turns(turns, client, last_start) for _ in range(min(AT_ONCE, len(turns)))]
        results = [result for part in await asyncio.gather(*posters) for result in part]
    tried = {result.message.delivery_id for result in results}
    return results + [_held(message) for message in messages if message.delivery_id not in tried]


async def _take_turns(
    turns: deque[list[Message]], client: OutboundClient, last_start: float
) -> list[Result]:
    """Post one message a turn until there are no turns left, or the time is up."""
    results: list[Result] = []
    while turns and time.monotonic() < last_start:
        queue = turns.popleft()
        if not queue:
            continue
        results.append(await _post(client, queue.pop()))
        if results[-1].status is None:
            queue.clear()
        turns.append(queue)
    return results


def _held(message: Message) -> Result:
    return Result(message, "held", datetime.now(UTC))


async def _post(client: OutboundClient, message: Message) -> Result:
    at, started = datetime.now(UTC), time.monotonic()
    try:
        signed = headers(message.message_id, message.body, message.secrets, at)
        answer = await client.post(message.url, message.body, signed)
    except Refused as error:
        return Result(message, "refused", at, answer=str(error))
    except NoAnswer as error:
        return Result(message, str(error), at, milliseconds=_since(started))
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
