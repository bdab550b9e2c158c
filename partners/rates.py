"""How often a partner may ask: by scope, over all its keys, in exact windows of a minute."""

from datetime import timedelta

import redis
import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ncii.lib.rate_limits import Limit, Use, redis_counter
from partners.models import Partner, RateCount, Scope

LIMITS = {
    Scope.FEED: Limit(600, 60),
    Scope.LOOKUP: Limit(300, 60),
    Scope.REPORT: Limit(1200, 60),
    Scope.CONTRIBUTE: Limit(60, 60),
    Scope.MANAGE: Limit(60, 60),
}
LOOKED_UP = Limit(1_000_000, 24 * 3600)
log = structlog.get_logger("partners.rates")


def use(partner: Partner, scope: str) -> Use:
    """Count one request of the partner. Where there is no Redis, the database counts."""
    limit = LIMITS[Scope(scope)]
    limit = Limit(limit.uses * settings.PARTNER_RATE_FACTOR, limit.seconds)
    return _count(f"{partner.pk}:{scope}", limit, 1)


def look_up(partner: Partner, signals: int) -> Use:
    """Count signals that the partner looks up: nobody may try out pictures without end."""
    return _count(f"{partner.pk}:signals", LOOKED_UP, signals)


def _count(name: str, limit: Limit, cost: int) -> Use:
    if settings.REDIS_URL:
        try:
            return redis_counter(settings.REDIS_URL).use(name, limit, cost)
        except redis.RedisError as error:
            log.warning("rate_store_away", error=type(error).__name__)
    return DatabaseCounter().use(name, limit, cost)


class DatabaseCounter:
    """Counts in a row that is locked meanwhile."""

    @transaction.atomic
    def use(self, name: str, limit: Limit, cost: int = 1) -> Use:
        """Take `cost` uses, if as many are left."""
        now = timezone.now()
        RateCount.objects.bulk_create([RateCount(name=name, until=now)], ignore_conflicts=True)
        row = RateCount.objects.select_for_update().get(name=name)
        if row.until <= now:
            row.used, row.until = 0, now + timedelta(seconds=limit.seconds)
        allowed = row.used + cost <= limit.uses
        if allowed:
            row.used += cost
            row.save(update_fields=["used", "until"])
        reset = -(-(row.until - now) // timedelta(seconds=1))
        return Use(allowed, limit, limit.uses - row.used, reset)
