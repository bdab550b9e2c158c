"""Zero downtime: while a release is rolled out, old code runs on the new tables.

So a migration may add what old code need not know, and take away or tighten only what no running
release uses any more. `python -m ncii.dev.checks.migrations` walks every migration with the state
of the tables before it, and wants a reason (ACCEPTED) for each operation that could stop old code
or lock a table that is in use.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ncii.settings")

import django
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

OURS = ("cases", "matching", "partners", "hashes", "staff", "ledger")
# Migrations of the first release, which meet no old code.
FIRST_RELEASE = Path(__file__).with_name("first_release.txt")
# "app.migration[place]": why it stops nobody, as "the table holds a row per partner".
ACCEPTED: dict[str, str] = {}

GONE = (ops.RemoveField, ops.DeleteModel, ops.RenameField, ops.RenameModel, ops.AlterModelTable)


def wrong(operation: Operation, app: str, before: ProjectState) -> str | None:
    """Return what the operation would do to old code or to a table in use; None if nothing."""
    if isinstance(operation, GONE):
        return "takes away a name that old code uses: stop using it in one release, then remove it"
    if isinstance(operation, ops.AddField) and not _old_code_can_insert(operation.field):
        return "is a column that old code does not fill: give it null=True or a db_default"
    if isinstance(operation, ops.AlterField):
        return _tightened(operation, before.models[app, operation.model_name_lower].fields)
    if isinstance(operation, ops.AddIndex | ops.AddConstraint | ops.AlterUniqueTogether):
        return "locks the table while it is built: add it concurrently, or say why it is short"
    if isinstance(operation, ops.RunPython | ops.RunSQL) and not operation.reversible:
        return "can't be undone: give it a way back, noop if there is nothing to undo"
    return None


def _old_code_can_insert(field: Any) -> bool:
    # By attribute: a field that is no column (many to many) has neither.
    return bool(field.null or field.has_db_default() or field.many_to_many)


def _tightened(operation: ops.AlterField, fields: Any) -> str | None:
    old, new = fields[operation.name], operation.field
    if old.null and not new.null:
        return "forbids null, which old code may write"
    if new.unique and not old.unique:
        return "wants unique values: locks the table while it looks, and fails if there are none"
    if type(old) is not type(new) or (new.max_length or 0) < (old.max_length or 0):
        return "changes the column's type: the table is written anew, and old code may not fit"
    return None


def problems(loader: MigrationLoader, released: Collection[str] = ()) -> Iterator[str]:
    """Yield a line for each operation that nobody has accepted, in the order of the graph.

    `released` names migrations ("app.name") that are not looked at.
    """
    for app, name in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        migration: Migration = loader.graph.nodes[app, name]
        if app not in OURS or f"{app}.{name}" in released:
            continue
        before: ProjectState = loader.project_state((app, name), at_end=False)
        made_here = {
            made.name_lower for made in migration.operations if isinstance(made, ops.CreateModel)
        }
        for place, operation in enumerate(migration.operations):
            on = str(getattr(operation, "model_name", getattr(operation, "name", ""))).lower()
            what = None if on in made_here else wrong(operation, app, before)
            line = f"{app}.{name}[{place}]"
            if what and line not in ACCEPTED:
                yield f"{line} {operation.describe()}: {what}"
            operation.state_forwards(app, before)


def main() -> int:
    """Print the problems; return 1 if there are any."""
    django.setup()
    found = list(problems(MigrationLoader(None), FIRST_RELEASE.read_text().split()))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
