"""Counting by day what leaves no row of its own."""

import secrets
from datetime import date

from django.db import connection
from django.db.models import Sum

from ncii.lib.days import today
from ncii.staff.models import DayCount

SHARDS = 8
# The only name in it comes from a model; every value is a parameter.
_ADD = (
    f"INSERT INTO {DayCount._meta.db_table} (day, name, shard, count) VALUES %s "  # noqa: S608
    "ON CONFLICT (day, name, shard) DO UPDATE "
    f"SET count = {DayCount._meta.db_table}.count + excluded.count"
)


def count(**counts: int) -> None:
    """Add to today's counts: count(lookups=3). A count of none is not written.

    In one statement, whatever is counted: each look-up waits for it.
    """
    day, shard = today(), secrets.randbelow(SHARDS)
    # Everybody locks rows in the same order.
    rows = [(day, name, shard, more) for name, more in sorted(counts.items()) if more]
    if rows:
        with connection.cursor() as cursor:
            values = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
            cursor.execute(_ADD % values, [field for row in rows for field in row])


def counted(name: str, first: date, last: date) -> dict[date, int]:
    """Return what was counted on each day from first to last that has any."""
    rows = DayCount.objects.filter(name=name, day__range=(first, last))
    return dict(rows.values_list("day").annotate(Sum("count")).order_by("day"))
