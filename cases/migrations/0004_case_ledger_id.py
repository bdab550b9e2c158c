import uuid
from typing import Any

from django.db import migrations, models


def name_rows(apps: Any, schema_editor: Any) -> None:
    """Give each row that is there a name of its own."""
    model = apps.get_model("cases", "Case")
    for row in model.objects.filter(ledger_id=None).only("pk").iterator():
        model.objects.filter(pk=row.pk).update(ledger_id=uuid.uuid4())


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0003_seed_directory"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="ledger_id",
            field=models.UUIDField(null=True, editable=False),
        ),
        migrations.RunPython(name_rows, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="case",
            name="ledger_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
