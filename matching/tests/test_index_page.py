"""Staff see how the index stands, and what to do."""

import pytest
from django.conf import settings
from django.test import Client

from matching.index import files

pytestmark = pytest.mark.django_db


def test_an_index_that_is_well(admin_client: Client) -> None:
    page = admin_client.get("/staff/index/").content.decode()

    assert "Look-ups read" in page
    assert "Free disk space" in page


def test_a_build_that_failed_says_what_to_do(admin_client: Client) -> None:
    folder = files.default_folder()
    assert str(folder).startswith(str(settings.VAR_DIR))
    folder.mkdir(exist_ok=True)
    files.note_failure(folder, "OSError: No space left on device")
    try:
        page = admin_client.get("/staff/index/").content.decode()
    finally:
        files.note_failure(folder, "")

    assert "Somebody has to look at this." in page
    assert "No space left on device" in page
    assert "manage.py index --build" in page
