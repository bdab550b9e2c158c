"""`manage.py index`, as an operator runs it on a machine that answers look-ups."""

import io
import shutil
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command

import matching.index
from matching.index import builder, files
from matching.tasks import refresh_index
from matching.tests.index_data import add, random_values

pytestmark = pytest.mark.django_db
VALUES = random_values(30, seed=12)


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This installation's own folder, empty before and after; a few hashes are worth a file."""
    monkeypatch.setattr(builder, "SMALL_BANK", 1)
    matching.index._index.cache_clear()
    yield
    shutil.rmtree(files.default_folder(), ignore_errors=True)
    matching.index._index.cache_clear()


def told(*arguments: str) -> dict[str, str]:
    out = io.StringIO()
    call_command("index", *arguments, stdout=out)
    return dict(line.split(": ", 1) for line in out.getvalue().splitlines())


def test_it_tells_what_is_due_and_builds_when_asked() -> None:
    add(*VALUES)
    before = told()
    assert (before["source"], before["rows in memory"], before["due"]) == (
        "memory",
        "30",
        "no file",
    )
    after = told("--build")
    assert (after["source"], after["rows in file"], after["due"]) == ("file", "30", "")


def test_a_damaged_file_is_named_and_is_an_error() -> None:
    add(*VALUES)
    told("--build")
    (path,) = files.generations(files.default_folder())
    path.write_bytes(path.read_bytes()[:-1])
    matching.index._index.cache_clear()
    with pytest.raises(CommandError, match="refused"):
        told()


def test_the_task_builds_what_is_due_and_only_then() -> None:
    add(*VALUES)
    refresh_index()
    (first,) = files.generations(files.default_folder())
    refresh_index()
    assert files.generations(files.default_folder()) == [first]
    assert matching.index.search(VALUES[:1])[0][0].distance == 0
    assert matching.index.status().source == "file"
