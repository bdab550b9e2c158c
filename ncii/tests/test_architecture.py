"""The house stands as the design says: what import-linter can't see."""

import re

import pytest
from django.apps import apps
from django.conf import settings

from ncii.celery import app
from ncii.tests.stack import ROOT

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


@pytest.mark.parametrize("started_by", ["docker-compose.yml", "ncii/dev/run.py"])
def test_every_queue_has_a_worker(started_by: str) -> None:
    served = re.findall(r'"--queues", "([a-z]+)"', (ROOT / started_by).read_text())

    assert sorted(served) == sorted(queue.name for queue in settings.CELERY_TASK_QUEUES)


def test_every_task_goes_to_a_queue_there_is() -> None:
    app.loader.import_default_modules()
    tasks = [name for name in app.tasks if not name.startswith("celery.")]
    served = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    routed = {name: app.amqp.router.route({}, name)["queue"].name for name in tasks}

    assert tasks
    assert set(routed.values()) == served
    assert [name for name, queue in routed.items() if queue == settings.PUSH_QUEUE] == [
        "partners.tasks.deliver"
    ]
