"""Many rows in one go, without an object or a placeholder for each.

A tenth of the time of bulk_update, bulk_create and `__in`: what costs there is a statement with
thousands of placeholders, and an object for each row.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django.db import connection, models

CHUNK = 1000


class Among(models.Lookup):
    """`__among`: as `__in`, for numbers, handed over as one parameter."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return the condition and its parameters: an array, or a JSON list on SQLite."""
        left, params = self.process_lhs(compiler, connection)
        numbers = list(cast("Iterable[int]", self.rhs))
        if connection.vendor == "postgresql":
            return f"{left} = ANY(%s::bigint[])", (*params, array_text(numbers))
        return f"{left} IN (SELECT value FROM json_each(%s))", (*params, json.dumps(numbers))  # noqa: S608


models.BigAutoField.register_lookup(Among)
models.ForeignKey.register_lookup(Among)


def update_rows(
    model: type[models.Model],
    fields: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    same: Mapping[str, Any],
) -> None:
    """Set `fields` of each row, and the `same` fields of them all.

    `rows` are (primary key, value of each field), without None. PostgreSQL and SQLite from 3.33
    (UPDATE … FROM).
    """
    if not rows:
        return
    table, names = _quoted(model._meta.db_table), [model._meta.pk.name, *fields]
    key, *columns = (_column(model, name) for name in names)
    changes = [f"{column} = new.{column}" for column in columns]
    changes += [f"{_column(model, name)} = %s" for name in same]
    shared = [_field(model, name).get_db_prep_save(v, connection) for name, v in same.items()]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            new, values = _as_table(model, names, rows[start : start + CHUNK])
            # Every name comes from a model; every value is a parameter.
            statement = (
                f"WITH new({', '.join([key, *columns])}) AS ({new})"  # noqa: S608
                f" UPDATE {table} SET {', '.join(changes)} FROM new WHERE {table}.{key} = new.{key}"
            )
            cursor.execute(statement, [*values, *shared])


def _as_table(
    model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> tuple[str, list[Any]]:
    """Return a query that gives the rows, and its parameters: an array a column where there are."""
    if connection.vendor == "postgresql":
        kinds = [_field(model, name).rel_db_type(connection) for name in names]
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        return f"SELECT * FROM unnest({arrays})", [array_text(c) for c in zip(*rows, strict=True)]  # noqa: S608
    place = f"({', '.join(['%s'] * len(names))})"
    return f"VALUES {', '.join([place] * len(rows))}", [value for row in rows for value in row]


def array_text(column: Iterable[Any]) -> str:
    """Write an array as PostgreSQL reads it (documentation, "Array Input and Output Syntax").

    Of numbers, texts, dates, times and None. psycopg takes several times as long over a list.
    """
    values = list(column)
    kinds = set(map(type, values))
    if kinds == {int}:
        return "{" + str(values)[1:-1] + "}"
    plain = '","'.join(values) if kinds == {str} else "\\"
    if "\\" not in plain and plain.count('"') == 2 * (len(values) - 1):
        return '{"' + plain + '"}'
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if type(value) is int:
        return str(value)
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def insert_rows(
    model: type[models.Model], fields: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert a row for each tuple: the values of `fields`, which are all that need one.

    The values are those of plain fields (numbers, texts, times), a foreign key by its number.
    COPY on PostgreSQL.
    """
    table = _quoted(model._meta.db_table)
    columns = ", ".join(_column(model, name) for name in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        prepare = [_field(model, name).get_db_prep_save for name in fields]
        prepared = [[p(v, connection) for p, v in zip(prepare, row, strict=True)] for row in rows]
        places = ", ".join(["%s"] * len(fields))
        # Every name comes from a model; every value is a parameter.
        statement = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608
        cursor.executemany(statement, prepared)


def insert_and_number(
    model: type[models.Model], fields: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> list[int]:
    """As insert_rows, for a few rows whose primary keys are wanted: returned in the rows' order."""
    table, key = _quoted(model._meta.db_table), _column(model, model._meta.pk.name)
    columns = ", ".join(_column(model, name) for name in fields)
    keys: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            new, values = _as_table(model, fields, rows[start : start + CHUNK])
            # Every name comes from a model; every value is a parameter.
            statement = f"INSERT INTO {table} ({columns}) {new} RETURNING {key}"
            cursor.execute(statement, values)
            keys += [row[0] for row in cursor.fetchall()]
    return keys


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return cast("models.Field[Any, Any]", model._meta.get_field(name))


def _column(model: type[models.Model], name: str) -> str:
    return _quoted(str(_field(model, name).column))


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
