"""What is done now and then: warning of keys that end soon, forgetting old deliveries."""

from datetime import timedelta

from django.utils import timezone

from partners.models import ApiKey, Delivery, EndpointState, Event, WebhookEndpoint
from partners.moments import rfc3339
from partners.pseudonyms import endpoint_id
from partners.webhooks.leasing import owed
from partners.webhooks.ringing import hears, new_delivery, payload_of

WARN_BEFORE = timedelta(days=14)
KEPT_FOR = timedelta(days=30)
BATCH = 5000
LONGEST_ID = 40


def warn_of_expiring_keys() -> int:
    """Write a message to each endpoint of a partner whose key ends soon; return how many.

    The webhook-id is made of key, day and endpoint, so that each is told once whoever asks.
    """
    now = timezone.now()
    ending = ApiKey.objects.filter(
        revoked_at=None, expires_at__gt=now, expires_at__lte=now + WARN_BEFORE
    )
    warnings = [
        _warning(endpoint, key)
        for key in ending
        for endpoint in WebhookEndpoint.objects.filter(
            partner=key.partner_id, partner__active=True, state=EndpointState.ACTIVE
        )
        if hears(endpoint, Event.KEY_EXPIRING)
    ]
    known = set(
        Delivery.objects.filter(message_id__in=[w.message_id for w in warnings]).values_list(
            "message_id", flat=True
        )
    )
    fresh = [warning for warning in warnings if warning.message_id not in known]
    Delivery.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _warning(endpoint: WebhookEndpoint, key: ApiKey) -> Delivery:
    now = timezone.now()
    ends = key.expires_at or now
    data: dict[str, object] = {
        "key": f"nhb_{key.public_id}",
        "label": key.label,
        "expires_at": rfc3339(ends, "seconds"),
    }
    warning = new_delivery(endpoint, Event.KEY_EXPIRING, payload_of("key.expiring", now, data), now)
    # By the partner's own name for the endpoint: a row's number counts everybody's endpoints.
    name = endpoint_id(endpoint.partner_id, endpoint.pk)
    warning.message_id = f"msg_{key.public_id}_{ends:%Y%m%d}_{name}"[:LONGEST_ID]
    return warning


def forget_old_deliveries() -> int:
    """Erase deliveries, with their attempts, that were written more than 30 days ago; return how many.

    Never one that is still due, but where nobody is rung any more.
    """
    old = Delivery.objects.filter(created_at__lte=timezone.now() - KEPT_FOR)
    ended = old.exclude(pk__in=owed()).values_list("pk", flat=True)[:BATCH]
    return Delivery.objects.filter(pk__in=list(ended)).delete()[1].get("partners.Delivery", 0)
