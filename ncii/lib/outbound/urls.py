"""Which addresses of the web may be written down as somebody's endpoint at all."""

import re
from functools import lru_cache

from yarl import URL

from ncii.lib.outbound.addresses import is_loopback, is_public

LONGEST = 500
# A last label like 1, 0x7f or 017 makes resolvers read the whole name as a number (WHATWG URL,
# "ends in a number checker").
_NUMERIC_END = re.compile(r"(?:[0-9]|0x[0-9a-f]*)\.?$", re.IGNORECASE)
_CREDENTIALS = re.compile(r"[^/?#]*//[^/?#]*@")
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$", re.IGNORECASE)


class Refused(OSError):
    """The bank does not send there. The message says why, in words for whoever chose it."""


@lru_cache(maxsize=4096)
def check_url(text: str, *, may_be_local: bool) -> URL:
    """Return the URL, parsed by what will also connect; raise Refused.

    `may_be_local`: http and any port are allowed to this machine's loopback (development).
    """
    url = _parse(text)
    host = url.raw_host or ""
    if _CREDENTIALS.match(text):
        raise Refused("The address must not hold a user name or password.")
    if may_be_local and url.scheme in ("http", "https") and _is_this_machine(host):
        return url
    if url.scheme != "https":
        raise Refused("The address must begin with https://.")
    if url.port != 443:
        raise Refused("The address must be on port 443.")
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        if not is_public(host):
            raise Refused("The address must be a public one.")
    elif _NUMERIC_END.search(host) or not _NAME.fullmatch(host):
        raise Refused("The address has no host name that can be looked up.")
    return url


def _parse(text: str) -> URL:
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or "\\" in text:
        raise Refused(f"The address must be plain ASCII of at most {LONGEST} characters.")
    try:
        url = URL(text)
        if not url.absolute or not url.raw_host:
            raise Refused("The address must begin with https:// and a host name.")
        _ = url.port
    except ValueError:
        raise Refused("The address is malformed.") from None
    return url.with_fragment(None)


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or is_loopback(host)
