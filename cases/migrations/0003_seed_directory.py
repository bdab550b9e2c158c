"""The directories start with the entries of cases/directory/data."""

from typing import Any

from django.db import migrations

from cases.directory.seed import seed


def forwards(apps: Any, schema_editor: Any) -> None:
    seed(apps)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_directory")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
