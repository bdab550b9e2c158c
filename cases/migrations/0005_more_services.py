"""Services that the first entries lacked: for men, for LGBTQ+ people, for Ireland, and more."""

from typing import Any

from django.db import migrations

from cases.directory.seed import seed


def forwards(apps: Any, schema_editor: Any) -> None:
    seed(apps)


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_case_ledger_id")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
