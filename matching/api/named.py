"""The hash that a request names."""

from collections.abc import Iterator
from contextlib import contextmanager

from hashes.models import Hash
from partners.api.problems import Problem


def or_404(held: Hash | None) -> Hash:
    """Return the hash; raise Problem where there is none."""
    if held is None:
        raise Problem(404, "The bank holds no such hash for you: it may have been deleted.")
    return held


@contextmanager
def still_there() -> Iterator[None]:
    """Raise the same Problem for a hash that is erased while something is said of it."""
    try:
        yield
    except Hash.DoesNotExist:
        or_404(None)
