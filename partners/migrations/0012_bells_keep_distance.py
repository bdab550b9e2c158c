"""When an endpoint was rung last, so that the next bell keeps its distance."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0011_endpoint_sandbox'),
    ]

    operations = [
        migrations.AddField(
            model_name='webhookendpoint',
            name='rung_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
