"""One round of delivery: lease, post, record."""

from django.conf import settings
from django.utils import timezone

from partners.webhooks.leasing import due, lease_due
from partners.webhooks.posting import post_all
from partners.webhooks.recording import record


def deliver_due() -> bool:
    """Send a batch of due deliveries; return whether others are due already.

    Must run outside a transaction: the lease has to be committed before anything is posted.
    """
    if not due(timezone.now()).exists():
        return False
    messages = lease_due()
    if messages:
        record(post_all(messages, may_be_local=settings.WEBHOOKS_MAY_BE_LOCAL))
    return due(timezone.now()).exists()
