"""What every test of cases starts with."""

import pytest
import redis
from django.conf import settings

from cases import pace


@pytest.fixture(autouse=True)
def _nobody_came_before() -> None:
    """Forget how many cases came, wherever it is counted."""
    pace.forget()
    if settings.REDIS_URL:
        store = redis.Redis.from_url(settings.REDIS_URL)
        for name in store.scan_iter("rate:intake:*"):
            store.delete(name)
