"""Delivery: lease, post, record, all at the same time, for as long as there is something due."""

import time

from django.conf import settings
from django.utils import timezone

from partners.webhooks.courier import Courier
from partners.webhooks.leasing import BATCH, PER_ENDPOINT, any_due, lease_due
from partners.webhooks.recording import record

# Nothing is leased later than this; with the longest post it stays below the broker's
# visibility timeout.
LEASE_FOR_SECONDS = 60.0
# What has become due meanwhile is looked for this often.
LOOK_SECONDS = 0.5


def deliver_due() -> bool:
    """Send what is due, for a minute or so; return whether others are due already.

    Must run outside a transaction: the lease has to be committed before anything is posted.
    """
    if not any_due(timezone.now()):
        return False
    with Courier(may_be_local=settings.WEBHOOKS_MAY_BE_LOCAL) as courier:
        _deliver(courier, until=time.monotonic() + LEASE_FOR_SECONDS)
    return any_due(timezone.now())


def _deliver(courier: Courier, *, until: float) -> None:
    """Keep the courier busy until nothing is due, or it is time, and record all that it did.

    An endpoint is sent one message, and many only once it has taken that one: however many are
    silent, each holds one post and one message.
    """
    taking: set[int] = set()
    while True:
        if courier.in_hand.total() <= BATCH // 2 and time.monotonic() < until:
            full = {
                endpoint
                for endpoint, count in courier.in_hand.items()
                if endpoint not in taking or count > PER_ENDPOINT // 2
            }
            room = BATCH - courier.in_hand.total()
            courier.offer(lease_due(most=room, taking=taking, busy=full))
        if not courier.in_hand:
            return
        results = courier.results(LOOK_SECONDS)
        taking |= {result.message.endpoint_id for result in results if result.delivered}
        taking -= {result.message.endpoint_id for result in results if result.status is None}
        if results:
            record(results)
