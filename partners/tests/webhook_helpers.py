"""What tests of the push share: news in the bank, endpoints, and time that has passed."""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from hashes.models import Claim
from hashes.publisher import publish
from hashes.services import SignalClaim, make_claims, withdraw_claims
from partners.models import Delivery, Partner, WebhookEndpoint
from partners.webhooks.endpoints import add_endpoint

DAY = date(2026, 1, 2)


def news(count: int = 1) -> list[Claim]:
    """Put fresh hashes into the bank and publish them."""
    wanted = [SignalClaim("VideoMD5", secrets.token_hex(16), "original") for _ in range(count)]
    with transaction.atomic():
        claims = make_claims(wanted, source="case", on=DAY)
    publish()
    return claims


def withdraw(claims: Sequence[Claim]) -> None:
    """Withdraw claims and publish it."""
    with transaction.atomic():
        withdraw_claims(claims, on=DAY)
    publish()


def endpoint_at(
    url: str, *, partner: Partner | None = None, events: Sequence[str] = ()
) -> WebhookEndpoint:
    """Register an endpoint, of a partner of its own if none is given."""
    partner = partner or Partner.objects.create(name=f"Platform {secrets.token_hex(4)}")
    return add_endpoint(partner, url, events)[0]


def let_pass(time: timedelta) -> None:
    """Make everything that is dated look that much older, as if the time had passed."""
    for field in ("next_attempt_at", "leased_until", "created_at"):
        Delivery.objects.update(**{field: F(field) - time})
    for field in ("failing_since", "rung_at"):
        WebhookEndpoint.objects.filter(**{f"{field}__isnull": False}).update(
            **{field: F(field) - time}
        )
