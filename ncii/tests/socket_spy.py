"""A spy at the socket: sees every connection that Python tries to open, and lets none off this machine.

It is an audit hook of the interpreter (PEP 578), so no library can go round it.
"""

import ipaddress
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Spy:
    """`connects` and `look_ups` are (host, port) in order, since the spy was set."""

    connects: list[tuple[str, int]] = field(default_factory=list)
    look_ups: list[tuple[str, int]] = field(default_factory=list)


class LeftThisMachine(ConnectionRefusedError):
    """The connection was for another machine, and was stopped before a byte left."""


_spies: list[Spy] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _spies:
        return
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host, port = str(arguments[1][0]), int(arguments[1][1])
        for spy in _spies:
            spy.connects.append((host, port))
        if not ipaddress.ip_address(host.partition("%")[0]).is_loopback:
            raise LeftThisMachine(host)
    if event == "socket.getaddrinfo":
        for spy in _spies:
            spy.look_ups.append((str(arguments[0]), int(arguments[1] or 0)))


sys.addaudithook(_hook)


@contextmanager
def spying() -> Iterator[Spy]:
    spy = Spy()
    _spies.append(spy)
    try:
        yield spy
    finally:
        _spies.remove(spy)
