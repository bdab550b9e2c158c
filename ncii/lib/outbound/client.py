"""One guarded client for many posts on one event loop."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import TracebackType
from typing import NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from ncii.lib.outbound.addresses import is_loopback, is_public
from ncii.lib.outbound.urls import Refused, check_url

TOTAL_SECONDS = 15.0
READ_SECONDS = 3.0
READ_BYTES = 4096
LOOK_UPS = 32

LookUp = Callable[[str, int], Awaitable[list[str]]]


class Answer(NamedTuple):
    """What came back: `body` holds its first READ_BYTES at most, as sent (never unpacked)."""

    status: int
    body: bytes
    retry_after: str | None


class NoAnswer(OSError):
    """Nobody answered; the message is a short code: timeout, connect, tls, dns, protocol."""


class OutboundClient:
    """Posts to public https addresses, as an async context manager.

    Each post looks the name up once, refuses it unless every address found is public, and
    connects to an address found there and then: no second look-up can say something else. The
    name stays in SNI and the certificate check. No redirect is followed, no proxy or netrc is
    read, no cookie kept, no answer unpacked.
    `look_up` is for tests: it gives the addresses of a name.
    """

    def __init__(self, *, may_be_local: bool = False, look_up: LookUp | None = None) -> None:
        self._may_be_local = may_be_local
        self._threads = ThreadPoolExecutor(LOOK_UPS, thread_name_prefix="look-up")
        self._look_up = look_up or self._system_look_up
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "OutboundClient":
        connector = aiohttp.TCPConnector(
            resolver=_GuardedResolver(self._look_up, self._permits),
            use_dns_cache=False,
            socket_factory=self._permitted_socket,
            ssl=tls_context(),
            # Callers bound their own posts: waiting in here would count as the receiver's time.
            limit=0,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            trust_env=False,
            auto_decompress=False,
            headers={"Accept-Encoding": "identity"},
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session:
            await self._session.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post the bytes; return the answer, whatever its status. Takes at most TOTAL_SECONDS.

        Raises Refused when the bank does not send there, NoAnswer when nobody answered.
        """
        target = check_url(url, may_be_local=self._may_be_local)
        if self._session is None:
            raise RuntimeError("The client is used as an async context manager.")
        try:
            async with (
                asyncio.timeout(TOTAL_SECONDS),
                self._session.post(
                    target, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                excerpt = await _beginning(response)
                return Answer(response.status, excerpt, response.headers.get("Retry-After"))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _named(error) from None

    def _permits(self, address: str) -> bool:
        return is_public(address) or (self._may_be_local and is_loopback(address))

    def _permitted_socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Make the socket for an address: the last door, whatever led there."""
        family, kind, protocol, _, target = info
        if not self._permits(str(target[0])):
            raise Refused("The name leads to an address that is not public.")
        return socket.socket(family, kind, protocol)

    async def _system_look_up(self, host: str, port: int) -> list[str]:
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return [str(sockaddr[0]) for *_, sockaddr in found]


class _GuardedResolver(AbstractResolver):
    """Looks a name up once and lets nothing through unless every address is permitted."""

    def __init__(self, look_up: LookUp, permits: Callable[[str], bool]) -> None:
        self._look_up = look_up
        self._permits = permits

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        addresses = list(dict.fromkeys(await self._look_up(host, port)))
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        if not all(self._permits(address) for address in addresses):
            raise Refused("The name leads to an address that is not public.")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing to close."""


@cache
def tls_context() -> ssl.SSLContext:
    """Return the one context that checks certificates; its authorities are read once a process."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """Read the first bytes; a body that is long or does not come is left, the status counts."""
    if response.content.at_eof():
        return b""
    read = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            while len(read) < READ_BYTES:
                part = await response.content.read(READ_BYTES - len(read))
                if not part:
                    return bytes(read)
                read += part
    except (TimeoutError, aiohttp.ClientError):
        pass
    response.close()
    return bytes(read)


def _named(error: Exception) -> OSError:
    """Say in one word what went wrong: an exception's own text may quote addresses."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, Refused):
            return Refused(str(cause))
        cause = getattr(cause, "os_error", None) or cause.__cause__
    kinds: tuple[tuple[type[BaseException], str], ...] = (
        (TimeoutError, "timeout"),
        (aiohttp.ClientConnectorDNSError, "dns"),
        (aiohttp.ClientSSLError, "tls"),
        (aiohttp.ClientConnectorError, "connect"),
        (aiohttp.ServerDisconnectedError, "disconnected"),
        (aiohttp.ClientResponseError, "protocol"),
        (aiohttp.ClientPayloadError, "protocol"),
        (OSError, "connect"),
    )
    return NoAnswer(next((word for kind, word in kinds if isinstance(error, kind)), "protocol"))
