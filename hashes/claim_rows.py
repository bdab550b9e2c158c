"""The write of every case: claims, each with the row of the change log that announces it."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from hashes.models import Change, Claim, State
from ncii.lib.bulk import array_text, insert_and_number

Row = tuple[int, str, int | None]

# In one statement, because a statement more costs a case more than what it writes.
_CHANGES = f"""
INSERT INTO hashes_change (hash_id, state)
SELECT DISTINCT hash_id, '{State.ACTIVE.value}' FROM wanted RETURNING id, hash_id
"""  # noqa: S608
_STATEMENT = """
WITH wanted AS (
    SELECT * FROM unnest(%s::bigint[], %s::varchar[], %s::smallint[])
    WITH ORDINALITY AS wanted (hash_id, variant, quality, place)
), change AS ({changes})
INSERT INTO hashes_claim (hash_id, source, variant, quality, made_on, announced_id)
SELECT hash_id, %s, variant, quality, %s, change.id
FROM wanted JOIN change USING (hash_id) ORDER BY place RETURNING id, announced_id
"""


def insert_claims(rows: Sequence[Row], *, source: str, on: date) -> list[tuple[int, int]]:
    """Insert a claim for each (hash, variant, quality), announced in the change log.

    Returns, in the order given, the number of each claim and of its log row; claims of the same
    hash share one.
    """
    if not rows:
        return []
    if connection.vendor != "postgresql":
        return _one_by_one(rows, source, on)
    statement = _STATEMENT.format(changes=_CHANGES)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*map(array_text, zip(*rows, strict=True)), source, on])
        return [(claim, change) for claim, change in cursor.fetchall()]


def _one_by_one(rows: Sequence[Row], source: str, on: date) -> list[tuple[int, int]]:
    hashes = list(dict.fromkeys(held for held, *_ in rows))
    logged = [(held, State.ACTIVE.value) for held in hashes]
    changes = insert_and_number(Change, ("hash", "state"), logged)
    change_of = dict(zip(hashes, changes, strict=True))
    announced = [change_of[held] for held, *_ in rows]
    claims = insert_and_number(
        Claim,
        ("hash", "source", "variant", "quality", "made_on", "announced"),
        [(held, source, *what, str(on), change_of[held]) for held, *what in rows],
    )
    return list(zip(claims, announced, strict=True))
