"""The guarded client knocks at public machines only. A spy at the socket watches every door."""

import asyncio
import socket
from collections.abc import Iterator, Sequence

import pytest

from ncii.lib.outbound import Answer, NoAnswer, OutboundClient, Refused, check_url, is_public
from ncii.lib.outbound.client import READ_BYTES
from ncii.tests.socket_spy import Spy, spying
from partners.tests.receivers import Reply, receiving

pytestmark = pytest.mark.stateless

NOT_PUBLIC = {
    "unspecified": "0.0.0.0",
    "this network": "0.1.2.3",
    "private 10": "10.0.0.1",
    "private 172": "172.16.0.1",
    "private 172 end": "172.31.255.255",
    "private 192": "192.168.1.1",
    "loopback": "127.0.0.1",
    "loopback other": "127.1.2.3",
    "link-local": "169.254.0.1",
    "cloud metadata": "169.254.169.254",
    "azure host": "168.63.129.16",
    "carrier NAT": "100.64.0.1",
    "carrier NAT end": "100.127.255.255",
    "protocol assignments": "192.0.0.8",
    "documentation 1": "192.0.2.1",
    "documentation 2": "198.51.100.1",
    "documentation 3": "203.0.113.1",
    "6to4 relay": "192.88.99.1",
    "benchmark": "198.18.0.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unspecified 6": "::",
    "loopback 6": "::1",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped private": "::ffff:10.0.0.1",
    "mapped public": "::ffff:8.8.8.8",
    "compatible": "::127.0.0.1",
    "translated": "::ffff:0:127.0.0.1",
    "NAT64": "64:ff9b::7f00:1",
    "NAT64 public": "64:ff9b::808:808",
    "NAT64 local": "64:ff9b:1::1",
    "discard": "100::1",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "benchmark 6": "2001:2::1",
    "ORCHID": "2001:20::1",
    "documentation 6": "2001:db8::1",
    "documentation 6 new": "3fff::1",
    "6to4 private": "2002:a00:1::1",
    "6to4 public": "2002:808:808::1",
    "ISATAP": "2a00:1450:4007:80c:0:5efe:10.0.0.1",
    "unique local": "fd00::1",
    "unique local fc": "fc00::1",
    "link-local 6": "fe80::1",
    "link-local 6 scope": "fe80::1%lo",
    "site-local": "fec0::1",
    "multicast 6": "ff02::1",
    "segment routing": "5f00::1",
    "global with a scope": "2a00:1450:4007:80c::1%lo",
}
PUBLIC = [
    "8.8.8.8",
    "100.128.0.1",
    "172.32.0.1",
    "192.0.1.1",
    "2a00:1450:4007:80c::200e",
    "2606::1",
]

REFUSED_URLS = {
    "http": "http://hooks.example/",
    "other scheme": "ftp://hooks.example/",
    "file": "file:///etc/passwd",
    "no scheme": "hooks.example/",
    "no host": "https:///x",
    "port 80": "https://hooks.example:80/",
    "port 8443": "https://hooks.example:8443/",
    "port 0": "https://hooks.example:0/",
    "port too big": "https://hooks.example:70000/",
    "user": "https://user@hooks.example/",
    "user and password": "https://user:secret@hooks.example/",
    "empty user": "https://@hooks.example/",
    "host as user": "https://hooks.example@127.0.0.1/",
    "backslash": "https://hooks.example\\@127.0.0.1/",
    "decimal": "https://2130706433/",
    "octal": "https://0177.0.0.1/",
    "octal whole": "https://017700000001/",
    "hexadecimal": "https://0x7f000001/",
    "hexadecimal parts": "https://0x7f.0.0.0x1/",
    "short": "https://127.1/",
    "shorter": "https://0/",
    "mixed": "https://10.0x1/",
    "trailing dot": "https://127.0.0.1./",
    "name that ends in a number": "https://hooks.1/",
    "full-width": "https://１２７.0.0.1/",
    "circled": "https://ⓛⓞcalhost/",
    "ideographic dots": "https://127。0。0。1/",
    "escaped": "https://%31%32%37.0.0.1/",
    "space": "https://hooks .example/",
    "newline": "https://hooks.example/\r\nX: y",
    "nul": "https://hooks.example\x00.evil/",
    "too long": "https://hooks.example/" + "x" * 500,
    "zone": "https://[fe80::1%25lo]/",
    **{f"literal {name}": f"https://[{ip}]/" for name, ip in NOT_PUBLIC.items() if ":" in ip},
    **{f"literal {name}": f"https://{ip}/" for name, ip in NOT_PUBLIC.items() if ":" not in ip},
}


@pytest.fixture
def spy() -> Iterator[Spy]:
    with spying() as watching:
        yield watching


def post(client: OutboundClient, *urls: str, body: bytes = b"{}") -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        async with client:
            return [await client.post(url, body, {}) for url in urls]

    return asyncio.run(all_of_them())


class Names:
    """A name service of our own: gives each answer in turn, the last one for good."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append((host, port))
        return list(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])


@pytest.mark.parametrize("address", NOT_PUBLIC.values(), ids=NOT_PUBLIC.keys())
def test_an_address_that_is_not_public_is_never_connected_to(spy: Spy, address: str) -> None:
    assert not is_public(address)
    with pytest.raises(Refused):
        post(OutboundClient(look_up=Names([address])), "https://hooks.example/")
    assert spy.connects == []


@pytest.mark.parametrize("url", REFUSED_URLS.values(), ids=REFUSED_URLS.keys())
def test_a_url_that_hides_where_it_leads_is_refused_before_any_look_up(spy: Spy, url: str) -> None:
    with pytest.raises(Refused):
        check_url(url, may_be_local=False)
    names = Names(["8.8.8.8"])
    with pytest.raises(Refused):
        post(OutboundClient(look_up=names), url)
    assert (spy.connects, spy.look_ups, names.asked) == ([], [], [])


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_name_is_looked_up_once_and_connected_to_where_it_was_found(
    spy: Spy, address: str
) -> None:
    names = Names([address])
    with pytest.raises(NoAnswer, match="connect"):
        post(OutboundClient(look_up=names), "https://hooks.example/")
    assert names.asked == [("hooks.example", 443)]
    assert spy.connects == [(address, 443)]
    assert spy.look_ups == []


@pytest.mark.parametrize("hidden", ["127.0.0.1", "10.0.0.1", "::1"])
def test_one_bad_address_among_good_ones_is_enough(spy: Spy, hidden: str) -> None:
    with pytest.raises(Refused):
        post(OutboundClient(look_up=Names(["8.8.8.8", hidden])), "https://hooks.example/")
    assert spy.connects == []


def test_a_name_that_changes_between_look_ups_is_judged_each_time(spy: Spy) -> None:
    names = Names(["8.8.8.8"], ["127.0.0.1"])
    client = OutboundClient(look_up=names)

    async def twice() -> None:
        async with client:
            with pytest.raises(NoAnswer):
                await client.post("https://hooks.example/", b"", {})
            with pytest.raises(Refused):
                await client.post("https://hooks.example/", b"", {})

    asyncio.run(twice())
    assert len(names.asked) == 2
    assert spy.connects == [("8.8.8.8", 443)]


def test_a_connection_that_is_kept_stays_where_it_was_judged(spy: Spy) -> None:
    """Looked up once for all that goes over it; the next connection is judged anew."""
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    with receiving() as receiver:
        url = f"http://localhost:{receiver.server_port}/"

        async def go() -> None:
            async with OutboundClient(may_be_local=True, look_up=names) as client:
                for _ in range(3):
                    await client.post(url, b"", {})
                receiver.reply = Reply(204, {"Connection": "close"})
                await client.post(url, b"", {})
                with pytest.raises(Refused):
                    await client.post(url, b"", {})

        asyncio.run(go())
        assert len(receiver.got) == 4
    assert len(names.asked) == 2
    assert spy.connects == [("127.0.0.1", receiver.server_port)]


@pytest.mark.parametrize("host", ["localhost", "localhost.localdomain", "ip6-localhost"])
def test_this_machines_own_names_are_refused(spy: Spy, host: str) -> None:
    with pytest.raises((Refused, NoAnswer)) as caught:
        post(OutboundClient(), f"https://{host}/")
    assert isinstance(caught.value, Refused) or str(caught.value) == "dns"
    assert spy.connects == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0"])
def test_numbers_that_a_resolver_reads_as_loopback_stop_at_the_resolver_too(host: str) -> None:
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    assert found
    assert not any(is_public(str(sockaddr[0])) for *_, sockaddr in found)


def test_in_production_loopback_is_refused_even_where_somebody_listens(spy: Spy) -> None:
    with receiving() as receiver:
        with pytest.raises(Refused):
            post(OutboundClient(), receiver.url)
        assert receiver.got == []
    assert spy.connects == []


@pytest.mark.parametrize("url", ["http://8.8.8.8/", "http://hooks.example/", "http://10.0.0.1/"])
def test_development_reaches_loopback_and_nothing_else_by_http(spy: Spy, url: str) -> None:
    with pytest.raises(Refused):
        post(OutboundClient(may_be_local=True, look_up=Names(["127.0.0.1"])), url)
    assert spy.connects == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_answers_and_not_followed(status: int) -> None:
    with receiving() as first, receiving() as second:
        first.reply = Reply(status, {"Location": second.url})
        (answer,) = post(OutboundClient(may_be_local=True), first.url)
        assert answer.status == status
        assert second.got == []


def test_no_proxy_and_no_credentials_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    with receiving() as proxy, receiving() as receiver:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login bank password secret\n")
        monkeypatch.setenv("NETRC", str(netrc))
        post(OutboundClient(may_be_local=True), receiver.url)
        assert proxy.got == []
        (got,) = receiver.got
        assert "authorization" not in got.headers


def test_no_cookie_is_kept() -> None:
    with receiving() as receiver:
        receiver.reply = Reply(200, {"Set-Cookie": "a=b"})
        post(OutboundClient(may_be_local=True), receiver.url, receiver.url)
        assert "cookie" not in receiver.got[1].headers


def test_a_huge_answer_is_read_to_its_bound() -> None:
    with receiving() as receiver:
        receiver.reply = Reply(200, body=b"x" * 50_000_000)
        (answer,) = post(OutboundClient(may_be_local=True), receiver.url)
    assert (answer.status, len(answer.body)) == (200, READ_BYTES)


def test_a_packed_answer_is_not_unpacked() -> None:
    with receiving() as receiver:
        receiver.reply = Reply(200, {"Content-Encoding": "gzip"}, b"\x1f\x8b not really")
        (answer,) = post(OutboundClient(may_be_local=True), receiver.url)
    assert answer.body == b"\x1f\x8b not really"


def test_a_status_counts_even_if_the_rest_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ncii.lib.outbound.client.READ_SECONDS", 0.1)
    with receiving() as receiver:
        receiver.reply = Reply(200, {"Content-Length": "100"}, b"begin")
        (answer,) = post(OutboundClient(may_be_local=True), receiver.url)
    assert (answer.status, answer.body) == (200, b"begin")


def test_who_does_not_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ncii.lib.outbound.client.TOTAL_SECONDS", 0.2)
    with receiving() as receiver:
        receiver.reply = Reply(200, pause=1)
        with pytest.raises(NoAnswer, match="timeout"):
            post(OutboundClient(may_be_local=True), receiver.url)


def _speak(text: bytes) -> str:
    """Say `text` to whoever connects, once; return the outcome's word."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            writer.write(text)
            writer.close()

        async def ask() -> None:
            async with (
                await asyncio.start_server(answer, sock=server),
                OutboundClient(may_be_local=True) as client,
            ):
                await client.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"", {})

        with pytest.raises(NoAnswer) as caught:
            asyncio.run(ask())
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"", "disconnected"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "protocol"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1_000_000, "protocol"),
        (b"HTTP/1.1 banana\r\n\r\n", "protocol"),
    ],
)
def test_what_speaks_no_http_is_no_answer(text: bytes, word: str) -> None:
    assert _speak(text) == word


def test_receivers_hear_the_bytes_as_given() -> None:
    body = bytes(range(256))
    with receiving() as receiver:
        post(OutboundClient(may_be_local=True), receiver.url, body=body)
        assert receiver.got[0].body == body
