"""The house stands as the design says: what import-linter can't see."""

import pytest
from django.apps import apps

STOREYS = {"hashes": 0, "partners": 1, "matching": 2, "cases": 3}

pytestmark = pytest.mark.stateless


def test_foreign_keys_point_down_the_house() -> None:
    upward = [
        f"{model.__name__}.{field.name} -> {field.related_model.__name__}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model
        and STOREYS.get(field.related_model._meta.app_label, -1)
        > STOREYS.get(model._meta.app_label, 99)
    ]
    assert upward == []


def test_no_table_has_a_column_for_a_person() -> None:
    forbidden = {"email", "ip", "ip_address", "address", "phone", "case_number", "pin", "filename"}
    found = [
        f"{model.__name__}.{field.name}"
        for app in STOREYS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if field.name in forbidden
    ]
    assert found == []
