"""Staff whose password and second factor have been asked for."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from ncii.staff.models import Authenticator
from ncii.staff.protection import NO_DELETE


def sign_in(client: Client, user: User) -> None:
    """Bring the client to where it stands after password and code."""
    client.force_login(user)
    device = Authenticator.objects.create(user=user, name="app")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session["staff_verified_at"] = timezone.now().timestamp()
    session.save()


@pytest.fixture
def admin_client(admin_user: User) -> Client:
    """A superuser who may do everything now."""
    client = Client()
    sign_in(client, admin_user)
    return client


@pytest.fixture(autouse=True)
def _audit_can_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let tests that commit be cleaned up after: SQLite is emptied by DELETE, which the
    triggers of the staff's tables refuse. The migration that follows the emptying makes them again."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    if not commits and "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name in NO_DELETE:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
