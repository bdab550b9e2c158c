"""Beat remembers nothing, so that nothing waits for an hour because beat began anew."""

import pytest
from django.conf import settings

from ncii.beat import Scheduler
from ncii.celery import app

pytestmark = pytest.mark.stateless


def test_all_is_due_when_beat_starts_and_then_by_its_interval():
    schedule = Scheduler(app=app).schedule
    assert schedule.keys() == settings.CELERY_BEAT_SCHEDULE.keys()
    assert all(entry.is_due()[0] for entry in schedule.values())
    assert not any(next(entry).is_due()[0] for entry in schedule.values())
