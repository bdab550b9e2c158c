from django.db import migrations, models
from django.db.models import Case, F, IntegerField, OuterRef, Subquery, Sum, When
from django.db.models.functions import Coalesce

VARIANTS = (
    "original",
    "as-displayed",
    "stored",
    "alpha-white",
    "cmyk-raw",
    "palette-raw",
    "rotated-90",
    "rotated-180",
    "rotated-270",
    "mirrored",
    "mirrored-rotated-90",
    "mirrored-rotated-180",
    "mirrored-rotated-270",
    "trimmed",
)


def fill(apps, schema_editor):
    """Note what the hashes that partners hold were made of; nobody has read by variant yet."""
    hashes = apps.get_model("hashes", "Hash").objects.filter(published_state="Active")
    bit = Case(
        *(When(variant=name, then=1 << place) for place, name in enumerate(VARIANTS)),
        output_field=IntegerField(),
    )
    standing = (
        apps.get_model("hashes", "Claim")
        .objects.filter(
            hash=OuterRef("pk"), withdrawn_on__isnull=True, announced__seq__isnull=False
        )
        .order_by()
        .values("hash")
        .annotate(bits=Sum(bit, distinct=True))
        .values("bits")
    )
    hashes.update(variants=Coalesce(Subquery(standing, output_field=IntegerField()), 0))
    hashes.update(variants_ever=F("variants"))


class Migration(migrations.Migration):

    dependencies = [
        ('hashes', '0005_suspension'),
    ]

    operations = [
        migrations.AddField(
            model_name='hash',
            name='variants',
            field=models.IntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name='hash',
            name='variants_ever',
            field=models.IntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
