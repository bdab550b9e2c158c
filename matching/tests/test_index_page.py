"""Staff see how the index stands, and what to do; what needs them stands on their first page."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

import matching.index
from hashes.models import Hash
from matching.index import builder, files
from matching.index.status import LATE
from matching.models import Action, ReviewItem
from matching.services import Match, record_verdicts, report_match
from matching.tasks import refresh_index
from matching.tests.index_data import add, random_values
from ncii.tests.staff import sign_in
from partners.models import Partner
from partners.services import Said

pytestmark = pytest.mark.django_db
ALARM = "Somebody has to look at this"


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """This installation's folder; a bank of a few hashes is worth a file."""
    monkeypatch.setattr(builder, "SMALL_BANK", 1)
    matching.index._index.cache_clear()
    place = files.default_folder()
    place.mkdir(exist_ok=True)
    yield place
    files.sweep(place, keep=0)
    files.note_failure(place, "")
    files.wanted_since(place, wanted=False)
    matching.index._index.cache_clear()


def first_page(client: Client) -> str:
    return client.get("/staff/").content.decode()


def figures(client: Client) -> str:
    return client.get("/staff/figures/").content.decode()


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


def test_all_is_quiet_while_nothing_needs_anybody(admin_client: Client) -> None:
    assert ALARM not in first_page(admin_client)
    assert "<dt>Matching index</dt><dd>well</dd>" in figures(admin_client)


def test_a_build_that_failed_stands_on_the_first_page_and_in_the_figures(
    admin_client: Client, folder: Path
) -> None:
    files.note_failure(folder, "OSError: No space left on device")
    said = "The last build of the matching index failed."
    assert ALARM in first_page(admin_client)
    assert f'<a href="/staff/index/">{said}</a>' in first_page(admin_client)
    assert said in figures(admin_client)


def test_a_damaged_file_stands_on_the_first_page(admin_client: Client, folder: Path) -> None:
    add(*random_values(3))
    path = builder.build(folder)
    assert path
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1)
    matching.index.search(random_values(1))
    assert "A file of the matching index was refused." in first_page(admin_client)


def test_a_file_that_nobody_makes_is_told_after_a_quarter_of_an_hour(
    admin_client: Client, folder: Path
) -> None:
    add(*random_values(3))
    assert ALARM not in first_page(admin_client)
    health = matching.index.health()
    assert health.wanted_since and timezone.now() - health.wanted_since < LATE
    long_ago = (timezone.now() - LATE - timedelta(seconds=1)).timestamp()
    os.utime(folder / "wanted", (long_ago, long_ago))
    assert "A new matching index is wanted (no file), and nobody makes it." in first_page(
        admin_client
    )
    told = f"no file, since {timezone.now() - LATE:%Y-%m-%d}"
    assert told in admin_client.get("/staff/index/").content.decode()
    refresh_index()
    assert ALARM not in first_page(admin_client)
    assert matching.index.health().wanted_since is None


def test_a_disk_that_is_nearly_full_is_told(
    admin_client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "disk_free", lambda folder: 999_999_999)
    assert "The disk of the matching index is nearly full." in first_page(admin_client)


def test_what_waits_too_long_or_is_held_back_stands_there_too(admin_client: Client) -> None:
    add(*random_values(1))
    held = Hash.objects.get()
    for name in ("Social", "Search"):
        record_verdicts(Partner.objects.create(name=name), {held.pk: Said("NotBlocked")})
    report_match(Partner.objects.create(name="Chat"), held, Match(3, timezone.now(), Action.REVIEW))
    ReviewItem.objects.filter(partner__name="Chat").update(
        opened_at=timezone.now() - timedelta(hours=49)
    )
    page = first_page(admin_client)
    assert "Held back by a rule until somebody decides: 1, for 0 h." in page
    assert "Items of the review queue that are 48 hours old or more: 1." in page


def test_who_may_not_see_it_is_not_told(folder: Path) -> None:
    files.note_failure(folder, "OSError")
    client = Client()
    sign_in(client, User.objects.create_user("no-role", is_staff=True))
    assert ALARM not in first_page(client)
