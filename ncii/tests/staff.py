"""Staff whose password and second factor have been asked for."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from ncii.staff.models import Authenticator


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
