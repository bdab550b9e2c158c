"""Let the database find a hash by its value alone, without reading the whole bank's index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hashes", "0006_variants_of_a_hash")]

    operations = [
        migrations.AddConstraint(
            model_name="hash",
            constraint=models.UniqueConstraint(
                fields=("value", "signal"), name="hash_value_signal"
            ),
        ),
        migrations.RemoveConstraint(model_name="hash", name="hash_signal_value"),
    ]
