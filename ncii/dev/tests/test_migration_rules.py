"""The rules for migrations see what would stop old code, and let the rest through."""

import pytest
from django.db import models
from django.db.migrations import Migration
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader

from ncii.dev.checks.migrations import FIRST_RELEASE, problems

Field = models.IntegerField
HARMLESS = [
    ops.AddField("case", "note", Field(null=True)),
    ops.AddField("case", "note", Field(db_default=0)),
    ops.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True))]),
    ops.AlterField("case", "withdrawn_on", models.DateField(null=True, help_text="the day")),
    ops.AlterModelOptions("case", {"verbose_name": "a case"}),
    ops.RunPython(ops.RunPython.noop, ops.RunPython.noop),
]
HARMFUL = [
    ops.AddField("case", "note", Field()),
    ops.AddField("case", "note", Field(default=0)),
    ops.RemoveField("case", "opened_on"),
    ops.RenameField("case", "opened_on", "since"),
    ops.DeleteModel("Decoy"),
    ops.RenameModel("Decoy", "Other"),
    ops.AlterField("case", "withdrawn_on", models.DateField()),
    ops.AlterField("case", "opened_on", models.CharField(max_length=9)),
    ops.AlterField("case", "verifier", models.CharField(max_length=9)),
    ops.AlterField("case", "verifier", models.CharField(max_length=128, unique=True)),
    ops.AddIndex("case", models.Index(fields=["opened_on"], name="case_opened")),
    ops.AddConstraint("case", models.UniqueConstraint(fields=["opened_on"], name="case_day")),
    ops.RunPython(ops.RunPython.noop),
    ops.RunSQL("SELECT 1"),
]


def found(operation: ops.base.Operation) -> list[str]:
    """Return what is found of a migration after all others of `cases` that does just this."""
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.graph.nodes}
    (last,) = loader.graph.leaf_nodes("cases")
    migration = type("Next", (Migration,), {"operations": [operation]})("9999_next", "cases")
    loader.graph.add_node(("cases", "9999_next"), migration)
    loader.graph.add_dependency(migration, ("cases", "9999_next"), last)
    return list(problems(loader, known))


@pytest.mark.stateless
@pytest.mark.parametrize("operation", HARMLESS, ids=lambda each: each.describe())
def test_what_old_code_need_not_know_is_let_through(operation: ops.base.Operation) -> None:
    assert found(operation) == []


@pytest.mark.stateless
@pytest.mark.parametrize("operation", HARMFUL, ids=lambda each: each.describe())
def test_what_would_stop_old_code_or_lock_a_table_is_named(operation: ops.base.Operation) -> None:
    (line,) = found(operation)
    assert line.startswith("cases.9999_next[0]")


@pytest.mark.stateless
def test_a_table_made_in_the_same_migration_is_free() -> None:
    loader = MigrationLoader(None)
    assert not [line for line in problems(loader) if "0001_" in line]


def test_the_list_of_the_first_release_names_only_what_is_there() -> None:
    there = {f"{app}.{name}" for app, name in MigrationLoader(None).graph.nodes}
    assert set(FIRST_RELEASE.read_text().split()) <= there
