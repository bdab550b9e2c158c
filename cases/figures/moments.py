"""Days and seconds of moments, told by the database's own functions.

Django's would call Python for each row in SQLite: a minute for a day of a million rows.
"""

from typing import Any

from django.db.models import FloatField, Func
from django.db.models.functions import TruncDate


class UtcDay(TruncDate):
    """The day of a moment, in UTC. SQLite keeps moments as text in UTC that begins with the day."""

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        """Cut the day off."""
        sql, params = compiler.compile(self.lhs)
        return f"substr({sql}, 1, 10)", params


class SecondsBetween(Func):
    """The seconds from the first moment to the second, as a float."""

    output_field = FloatField()
    arity = 2

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        """Take the difference of two timestamps."""
        (begin, begin_params), (end, end_params) = map(compiler.compile, self.source_expressions)
        return f"EXTRACT(EPOCH FROM ({end} - {begin}))", (*end_params, *begin_params)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        """Take the difference of two Julian days, exact to a millisecond."""
        (begin, begin_params), (end, end_params) = map(compiler.compile, self.source_expressions)
        return (
            f"(julianday({end}) - julianday({begin})) * 86400.0",
            (*end_params, *begin_params),
        )
