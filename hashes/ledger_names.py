"""How the ledger names a hash that was erased: without saying which it was."""

from collections.abc import Iterator

from django.conf import settings

from ncii.lib.keyring import Keyring

_PURPOSE = "erased hash"
_LENGTH = 32  # 128 bits: no two hashes share one


def ledger_name(signal: str, value: str) -> str:
    """Return 32 hex digits: an HMAC-SHA-256, cut, under the keyring that is never rotated.

    Whoever finds the ledger and holds a picture can't look whether its hash was erased; and no
    number of a row is given, because an older database, put back, gives those numbers again.
    """
    return Keyring.parse(settings.PSEUDONYM_KEYS).digest(_PURPOSE, signal, value)[:_LENGTH]


def ledger_names(signal: str, value: str) -> Iterator[str]:
    """Yield the name under every key there is."""
    for _, name in Keyring.parse(settings.PSEUDONYM_KEYS).digests(_PURPOSE, signal, value):
        yield name[:_LENGTH]
