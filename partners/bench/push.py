"""How many webhooks a second go out, against bare clients that only post the same bytes?

One process each, the same receiver (a process of its own), the same number of connections. The push
does all it does in the product: lease, sign, guard the address, post, write an attempt, settle. The
processor's time of each client's process is told too: it is what is left to compare on a machine
that others use, where the push, which needs the database as well, waits longer than a bare client.
"""

import asyncio
import multiprocessing
import secrets
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import aiohttp
from django.db import connection
from django.utils import timezone

from partners.models import Delivery, Event, Partner, WebhookEndpoint
from partners.webhooks.courier import AT_ONCE, AT_ONCE_TO_ONE
from partners.webhooks.delivering import deliver_due
from partners.webhooks.ringing import new_delivery, payload_of
from partners.webhooks.signing import headers, new_message_id, new_secret

# Enough that their beginning and their end, which a busy bank seldom sees, weigh little.
POSTS = 48000
ROUNDS = 3
ENDPOINTS = (1, 100, 1000)
ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


class _Receiver(asyncio.Protocol):
    """Answers 204 to every request whose body comes in one piece with its headers."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.read = b""

    def data_received(self, data: bytes) -> None:
        self.read += data
        while (end := self.read.find(b"\r\n\r\n")) >= 0:
            head = self.read[:end].lower()
            length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            if len(self.read) < end + 4 + length:
                return
            self.read = self.read[end + 4 + length :]
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.write(ANSWER)


def _receive(said: Connection) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(_Receiver, "127.0.0.1", 0)
        said.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


def _message() -> tuple[bytes, dict[str, str]]:
    payload = payload_of("hashes.published", timezone.now(), {"cursor": secrets.token_urlsafe(90)})
    body = payload.encode()
    return body, headers(new_message_id(), body, [new_secret()], timezone.now())


def bare_streams(port: int, connections: int) -> None:
    """Post with nothing but asyncio's streams: the least that any asyncio client does."""
    body, sent = _message()
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    request = (
        f"POST /0 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
    ).encode() + body

    async def post(count: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(count):
            writer.write(request)
            await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async def all_of_them() -> None:
        await asyncio.gather(*(post(POSTS // connections) for _ in range(connections)))

    asyncio.run(all_of_them())


def bare_aiohttp(port: int, connections: int) -> None:
    """Post with the HTTP client that the push uses, and nothing else."""
    body, sent = _message()

    async def post(session: aiohttp.ClientSession, count: int) -> None:
        for _ in range(count):
            async with session.post(f"http://127.0.0.1:{port}/0", data=body, headers=sent) as got:
                await got.read()

    async def all_of_them() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            await asyncio.gather(*(post(session, POSTS // connections) for _ in range(connections)))

    asyncio.run(all_of_them())


def push() -> None:
    """Send what is due, as the task does."""
    while deliver_due():
        pass
    sent = Delivery.objects.filter(state="delivered").count()
    if sent != POSTS:
        raise RuntimeError(f"{sent} of {POSTS} were delivered.")


def _prepare(port: int, endpoints: int) -> None:
    Delivery.objects.all().delete()
    WebhookEndpoint.objects.all().delete()
    partner, _ = Partner.objects.get_or_create(name="Bench")
    made = WebhookEndpoint.objects.bulk_create(
        WebhookEndpoint(partner=partner, url=f"http://127.0.0.1:{port}/{n}", secret=new_secret())
        for n in range(endpoints)
    )
    now = timezone.now()
    payload = payload_of("hashes.published", now, {"cursor": secrets.token_urlsafe(90)})
    Delivery.objects.bulk_create(
        new_delivery(made[n % endpoints], Event.HASHES_PUBLISHED, payload, now)
        for n in range(POSTS)
    )


def _measured(
    work: Callable[[], None], prepare: Callable[[], None] = lambda: None
) -> tuple[float, float]:
    """Return the best of ROUNDS: posts a second, and microseconds of processor a post."""
    rates, costs = [], []
    for _ in range(ROUNDS):
        prepare()
        started, worked = time.perf_counter(), time.process_time()
        work()
        rates.append(POSTS / (time.perf_counter() - started))
        costs.append((time.process_time() - worked) / POSTS * 1e6)
    return max(rates), min(costs)


def main() -> None:
    """Print rates and ratios, on a test database of the configured kind."""
    ours, theirs = multiprocessing.Pipe()
    receiver = multiprocessing.Process(target=_receive, args=(theirs,), daemon=True)
    receiver.start()
    port = ours.recv()
    connection.creation.create_test_db(verbosity=0, serialize=False)
    try:
        _compare(port)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
        receiver.terminate()
        receiver.join()


def _compare(port: int) -> None:
    print(f"{POSTS} posts, {connection.vendor}, one process, best of {ROUNDS} (posts/s):")
    print("  endpoints  connections  bare streams  bare aiohttp      push  of streams  of aiohttp")
    for endpoints in ENDPOINTS:
        connections = AT_ONCE_TO_ONE if endpoints == 1 else AT_ONCE
        print(_row(port, endpoints, connections), flush=True)


def _row(port: int, endpoints: int, connections: int) -> str:
    streams, _ = _measured(lambda: bare_streams(port, connections))
    client, cost = _measured(lambda: bare_aiohttp(port, connections))
    pushed, its_cost = _measured(push, lambda: _prepare(port, endpoints))
    return (
        f"  {endpoints:9} {connections:12} {streams:13.0f} {client:13.0f} {pushed:9.0f}"
        f" {pushed / streams:11.2f} {pushed / client:11.2f}\n"
        f"            µs of processor a post: {cost:.0f} aiohttp, {its_cost:.0f} push:"
        f" {cost / its_cost:.2f}"
    )
