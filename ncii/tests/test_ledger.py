"""The ledger holds every deletion that was committed, and none that was not."""

import io
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import Settings

from cases.models import Case
from cases.numbers import issue_token
from cases.services import enter_case, erase_again, open_case, replay, withdraw_case
from cases.tests.test_intake import PIN, photo
from hashes.ledger_names import ledger_name
from hashes.models import FeedHead, Hash
from hashes.publisher import publish
from hashes.services import purge_hashes
from ncii.ledger.models import Entry, Kind
from ncii.ledger.services import note, read_ledger, write_out
from partners.contributions import Contributed, contribute, give_up
from partners.models import ApiKey
from partners.services import revoke_key
from partners.tests.api_helpers import Platform, video

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 1, 2)


@pytest.fixture
def ledger(tmp_path: Path, settings: Settings) -> Path:
    settings.LEDGER_FILE = str(tmp_path / "elsewhere" / "ledger.jsonl")
    return Path(settings.LEDGER_FILE)


def test_each_kind_of_deletion_is_a_line_and_leaves_the_database(ledger: Path) -> None:
    opened = open_case(issue_token(), PIN, [photo()])
    platform, given = Platform(), video()
    contribute(platform.partner, [Contributed(given.signal, given.value)])
    publish()
    withdraw_case(opened.case)
    withdraw_case(opened.case)
    with transaction.atomic():
        give_up(platform.partner, [c.claim.hash_id for c in platform.partner.contributions.all()])
    revoke_key(ApiKey.objects.get(partner=platform.partner))
    publish()
    with transaction.atomic():
        assert purge_hashes(1, FeedHead.objects.get().seq) == 2
    assert write_out() == 5
    assert not Entry.objects.exists() and write_out() == 0
    assert list(dict.fromkeys(kind for kind, _, _ in read_ledger(ledger))) == list(Kind)
    assert given.value not in ledger.read_text()
    assert opened.number.replace("-", "") not in ledger.read_text().replace("-", "")
    assert ledger.stat().st_mode & 0o077 == 0


def test_a_deletion_that_is_rolled_back_is_in_no_ledger(ledger: Path) -> None:
    case = open_case(issue_token(), PIN, [photo()]).case
    with pytest.raises(RuntimeError), transaction.atomic():
        withdraw_case(case)
        raise RuntimeError
    assert write_out() == 0 and not ledger.exists()
    with pytest.raises(transaction.TransactionManagementError):
        note(Kind.KEY_REVOKED, ["x"], DAY)


def test_what_can_not_be_written_waits(ledger: Path, settings: Settings) -> None:
    with transaction.atomic():
        note(Kind.KEY_REVOKED, ["x"], DAY)
    ledger.parent.parent.joinpath("elsewhere").write_text("a file where the folder should be")
    with pytest.raises(OSError):
        write_out()
    assert Entry.objects.count() == 1
    ledger.parent.unlink()
    assert write_out() == 1


@pytest.mark.parametrize("torn", [b'{"kind": "case-withdrawn", "ref": "12', b"\0\0\xff\xfe\x80{"])
def test_a_torn_line_spoils_no_other(ledger: Path, torn: bytes) -> None:
    with transaction.atomic():
        note(Kind.KEY_REVOKED, ["one"], DAY)
    write_out()
    with ledger.open("ab") as file:
        file.write(torn)
    with transaction.atomic():
        note(Kind.KEY_REVOKED, ["two"], DAY)
    write_out()
    assert list(read_ledger(ledger)) == [
        (Kind.KEY_REVOKED, "one", DAY),
        (Kind.KEY_REVOKED, "two", DAY),
    ]


def test_replay_makes_them_again_on_their_day_and_passes_over_what_is_not_there() -> None:
    opened = open_case(issue_token(), PIN, [photo()])
    platform, given = Platform(), video()
    contribute(platform.partner, [Contributed(given.signal, given.value)])
    contribution = platform.partner.contributions.get()
    key = ApiKey.objects.get(partner=platform.partner)
    entries = [
        (Kind.CASE_WITHDRAWN, str(opened.case.ledger_id), DAY),
        (Kind.CASE_WITHDRAWN, str(UUID(int=7)), DAY),
        (Kind.CONTRIBUTION_WITHDRAWN, str(contribution.ledger_id), DAY),
        (Kind.CONTRIBUTION_WITHDRAWN, str(UUID(int=7)), DAY),
        (Kind.KEY_REVOKED, key.public_id, DAY),
        (Kind.KEY_REVOKED, "none", DAY),
    ]
    erased = (Kind.HASH_ERASED, ledger_name(given.signal, given.value), DAY)
    publish()
    assert erase_again([erased]) == 0, "what somebody claims stays"
    assert set(replay([*entries, erased]).values()) == {1}
    assert set(replay([*entries, erased]).values()) == {0}
    case = enter_case(opened.number, PIN)
    assert case is not None and case.withdrawn_on == DAY
    contribution.claim.refresh_from_db()
    assert contribution.claim.withdrawn_on == DAY
    assert platform.get("/api/v1/hashes/changes").status_code == 401
    publish()
    assert (erase_again([*entries, erased]), erase_again([erased])) == (1, 0)
    assert list(Hash.objects.values_list("signal", flat=True)) == ["ImagePDQ"]


def test_the_command_wants_a_ledger(tmp_path: Path) -> None:
    case = open_case(issue_token(), PIN, [photo()]).case
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("after_restore", str(tmp_path / "none"))
    assert Case.objects.get(pk=case.pk).withdrawn_on is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\xff\x00",
        b"kind,ref,on\n",
        b'{"kind": "case-withdrawn", "ref": "7", "on": "x"}',
    ],
)
def test_a_file_that_is_no_ledger_changes_nothing(ledger: Path, content: bytes) -> None:
    with transaction.atomic():
        note(Kind.KEY_REVOKED, ["one"], DAY)
    write_out()
    other = ledger.with_name("other")
    other.write_bytes(content)
    with pytest.raises(CommandError, match="holds no line of a ledger"):
        call_command("after_restore", str(ledger), str(other))
    with pytest.raises(CommandError, match="Is a directory"):
        call_command("after_restore", str(ledger.parent))
    assert not FeedHead.objects.filter(floor__gt=0).exists()


@pytest.mark.parametrize("arguments", [[], ["--no-ledger", "ledger"]])
def test_the_command_wants_every_ledger_or_word_that_there_is_none(arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="--no-ledger"):
        call_command("after_restore", *arguments)


def test_lines_that_are_passed_over_are_counted(ledger: Path) -> None:
    with transaction.atomic():
        note(Kind.KEY_REVOKED, ["one"], DAY)
    write_out()
    with ledger.open("a") as file:
        file.write(f'\n{{"kind": "case-withdrawn", "ref": "no uuid", "on": "{DAY}"}}\n{{"kind')
    said = io.StringIO()
    call_command("after_restore", str(ledger), stderr=said)
    assert "2 of 3 lines" in said.getvalue()
