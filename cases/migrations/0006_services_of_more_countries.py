"""Services for the countries whose languages the site speaks since."""

from typing import Any

from django.db import migrations

from cases.directory.seed import seed


def forwards(apps: Any, schema_editor: Any) -> None:
    seed(apps)


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_more_services")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
