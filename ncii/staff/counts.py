"""Counting by day what leaves no row of its own."""

import secrets
from datetime import date

from django.db.models import F, Sum

from ncii.lib.days import today
from ncii.staff.models import DayCount

SHARDS = 8


def count(**counts: int) -> None:
    """Add to today's counts: count(lookups=3). A count of none is not written."""
    day, shard = today(), secrets.randbelow(SHARDS)
    for name, more in counts.items():
        row = DayCount.objects.filter(day=day, name=name, shard=shard)
        if more and not row.update(count=F("count") + more):
            empty = DayCount(day=day, name=name, shard=shard)
            DayCount.objects.bulk_create([empty], ignore_conflicts=True)
            row.update(count=F("count") + more)


def counted(name: str, first: date, last: date) -> dict[date, int]:
    """Return what was counted on each day from first to last that has any."""
    rows = DayCount.objects.filter(name=name, day__range=(first, last))
    return dict(rows.values_list("day").annotate(Sum("count")).order_by("day"))
