"""Moments as partners read them: RFC 3339, in UTC, with a Z."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=1024)
def rfc3339(moment: datetime, precision: str = "auto") -> str:
    """Return a moment in UTC, to the `precision` of datetime.isoformat."""
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


def rfc3339_if(moment: datetime | None) -> str | None:
    """Return the same, or None for a moment that has not come."""
    return rfc3339(moment) if moment else None


def rfc3339_of_second(seconds: int) -> str:
    """Return a Unix second so."""
    return rfc3339(datetime.fromtimestamp(seconds, UTC))
