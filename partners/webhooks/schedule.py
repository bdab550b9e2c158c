"""When a bell rings, and when a delivery that failed is tried again: 14 attempts over three days.

The waits follow the shape that Standard Webhooks recommends (a few quick tries, then hours).
"""

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

WAITS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=12),
    timedelta(hours=12),
    timedelta(hours=12),
    timedelta(hours=20),
)
JITTER = 0.2
SHORTEST_ASKED, LONGEST_ASKED = timedelta(seconds=5), timedelta(hours=12)
LONGEST_PAUSE = timedelta(hours=1)
BELL_EVERY = timedelta(seconds=5)
_chance = random.SystemRandom()


def wait_after(attempts: int, asked: timedelta | None = None) -> timedelta | None:
    """Return how long to wait after that many attempts; None: it was the last.

    `asked` is the receiver's Retry-After, honoured from 5 seconds to 12 hours. Jitter of a
    fifth either way (upwards only if the receiver asked) keeps retries from arriving together.
    """
    if attempts > len(WAITS):
        return None
    if asked is not None:
        bounded = min(max(asked, SHORTEST_ASKED), LONGEST_ASKED)
        return bounded * _chance.uniform(1, 1 + JITTER)
    return WAITS[attempts - 1] * _chance.uniform(1 - JITTER, 1 + JITTER)


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header (RFC 9110, 10.2.3): seconds or an HTTP date; None for neither."""
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment - now


def pause_for(failing_since: datetime | None, now: datetime) -> timedelta:
    """Return how long a *new* message waits for an endpoint that keeps failing.

    Half of the time it has been failing, at most an hour: an endpoint that is away is asked
    less and less often, and hears within the hour once it is back.
    """
    if failing_since is None:
        return timedelta(0)
    return min((now - failing_since) / 2, LONGEST_PAUSE)


def next_bell(last: datetime | None, now: datetime) -> datetime:
    """Return when an endpoint whose latest bell goes out, or went, at `last` is rung again.

    At once if that was long ago, together with it if it waits still; else after BELL_EVERY.
    """
    if last is None:
        return now
    return last if last > now else max(now, last + BELL_EVERY)
