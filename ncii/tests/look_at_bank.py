"""A process that says, as JSON, what stands in the bank and what endpoints were told of it.

    python -m ncii.tests.look_at_bank [--hasten]

`--hasten`: first let the time pass that retries and killed workers' leases wait for.
"""

import json
import sys
from typing import Any

import django


def main(hasten: bool) -> None:
    django.setup()
    if hasten:
        _hasten()
    print(json.dumps(_look()))  # noqa: T201


def _hasten() -> None:
    from django.utils import timezone

    from partners.models import Delivery

    now = timezone.now()
    Delivery.objects.filter(leased_until__isnull=False).update(leased_until=now)
    Delivery.objects.filter(state="due").update(next_attempt_at=now)


def _look() -> dict[str, Any]:
    from hashes.models import Hash
    from hashes.selectors import feed_head, unpublished
    from partners.models import Delivery, WebhookEndpoint

    head = feed_head()
    seq = head.seq if head else 0
    endpoints = list(WebhookEndpoint.objects.all())
    return {
        "unpublished": unpublished().count(),
        "behind": WebhookEndpoint.objects.exclude(rung_seq=seq).count(),
        "due": Delivery.objects.filter(state="due").count(),
        "bank": {h.value: [h.published_state, h.seq] for h in Hash.objects.exclude(seq=None)},
        "claimed": list(_claimed().values_list("value", flat=True)),
        "never_seen": list(Hash.objects.filter(seq=None).values_list("value", flat=True)),
        "ids": {e.pk: list(e.deliveries.values_list("message_id", flat=True)) for e in endpoints},
        "rung": {e.pk: _rung(e) for e in endpoints},
    }


def _claimed() -> Any:
    """Return the hashes that somebody holds: what partners must have, no more and no less."""
    from hashes.models import Hash

    return Hash.objects.filter(claims__withdrawn_on__isnull=True, claims__isnull=False).distinct()


def _rung(endpoint: Any) -> dict[str, int]:
    """Return the place in the feed up to which each kind of bell has been delivered."""
    from partners.cursors import read_cursor

    rung = {"hashes.published": 0, "hashes.withdrawn": 0}
    for delivery in endpoint.deliveries.filter(state="delivered", event__in=rung):
        cursor = json.loads(delivery.payload)["data"]["cursor"]
        seq = read_cursor(cursor, endpoint.partner_id).seq
        rung[delivery.event] = max(rung[delivery.event], seq)
    return rung


if __name__ == "__main__":
    main("--hasten" in sys.argv)
