"""Posts many messages at once, on an event loop in a thread of its own; touches no database.

So whoever leases and records can do that while messages are on their way, and an endpoint that
does not answer holds up nothing but itself.
"""

import asyncio
import queue
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from threading import Thread
from types import TracebackType
from typing import Any

from ncii.lib.outbound import OutboundClient
from partners.webhooks.leasing import Message
from partners.webhooks.posting import Result, held, post

AT_ONCE = 200
AT_ONCE_TO_ONE = 16
# No post begins later than this after it was handed in; none takes longer than
# outbound.TOTAL_SECONDS.
BEGIN_WITHIN_SECONDS = 30
# Results come in heaps of this many, or of what there is after so many seconds.
HEAP = 1000
HEAP_SECONDS = 0.1


class Courier:
    """A context manager. Leaving it gives up what is still on its way.

    `in_hand` counts, by endpoint, the messages whose results have not been fetched. All methods
    are for one thread, that of the caller.
    """

    def __init__(self, *, may_be_local: bool) -> None:
        self.in_hand: Counter[int] = Counter()
        self._client = OutboundClient(may_be_local=may_be_local)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="courier", daemon=True)
        self._heaps: queue.SimpleQueue[list[Result] | BaseException] = queue.SimpleQueue()
        # From here on: touched by the loop's thread only.
        self._waiting: dict[int, deque[tuple[Message, float]]] = defaultdict(deque)
        # An endpoint has a turn for each post that it may have at once; it comes back after each.
        self._turns: deque[int] = deque()
        self._turns_given: Counter[int] = Counter()
        self._posters: set[asyncio.Task[None]] = set()
        self._heap: list[Result] = []
        self._left = 0

    def __enter__(self) -> "Courier":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._client.__aenter__(), self._loop).result()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        for poster in self._posters:
            poster.cancel()
        await asyncio.gather(*self._posters, return_exceptions=True)
        await self._client.__aexit__(None, None, None)

    def offer(self, messages: Sequence[Message]) -> None:
        """Hand messages in, to be posted in this order to each endpoint."""
        self.in_hand.update(message.endpoint_id for message in messages)
        self._loop.call_soon_threadsafe(self._take_in, messages)

    def results(self, timeout: float | None = None) -> list[Result]:
        """Return what has become of messages since the last time; wait up to `timeout` seconds.

        Each message has one result in the end. Raises what went wrong in the posting itself.
        """
        found: list[Result] = []
        fetch: Callable[[], Any] = lambda: self._heaps.get(timeout=timeout)  # noqa: E731
        while True:
            try:
                heap = fetch()
            except queue.Empty:
                break
            if isinstance(heap, BaseException):
                raise heap
            found += heap
            fetch = self._heaps.get_nowait
        self.in_hand.subtract(result.message.endpoint_id for result in found)
        self.in_hand = +self.in_hand
        return found

    def _take_in(self, messages: Sequence[Message]) -> None:
        begin_before = time.monotonic() + BEGIN_WITHIN_SECONDS
        self._left += len(messages)
        for message in messages:
            endpoint = message.endpoint_id
            self._waiting[endpoint].append((message, begin_before))
            if self._turns_given[endpoint] < AT_ONCE_TO_ONE:
                self._turns_given[endpoint] += 1
                self._turns.append(endpoint)
        for _ in range(min(len(self._turns), AT_ONCE - len(self._posters))):
            poster = self._loop.create_task(self._take_turns())
            self._posters.add(poster)
            poster.add_done_callback(self._poster_ended)

    def _poster_ended(self, poster: "asyncio.Task[None]") -> None:
        self._posters.discard(poster)
        if not poster.cancelled() and (error := poster.exception()):
            self._heaps.put(error)

    async def _take_turns(self) -> None:
        """Post one message a turn until there are no turns left."""
        while self._turns:
            endpoint = self._turns.popleft()
            waiting = self._waiting[endpoint]
            if waiting:
                await self._post(*waiting.popleft(), waiting)
            if waiting:
                self._turns.append(endpoint)
            else:
                self._turns_given[endpoint] -= 1

    async def _post(
        self, message: Message, begin_before: float, others: deque[tuple[Message, float]]
    ) -> None:
        if time.monotonic() > begin_before:
            self._note(held(message))
            return
        result = await post(self._client, message)
        if result.status is None:
            while others:
                self._note(held(others.popleft()[0]))
        self._note(result)

    def _note(self, result: Result) -> None:
        self._heap.append(result)
        self._left -= 1
        if self._left == 0 or len(self._heap) >= HEAP:
            self._hand_over()
        elif len(self._heap) == 1:
            self._loop.call_later(HEAP_SECONDS, self._hand_over)

    def _hand_over(self) -> None:
        if self._heap:
            self._heaps.put(self._heap)
            self._heap = []
