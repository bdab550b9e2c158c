"""The release's name changes with any static file, and with nothing else."""

from pathlib import Path

import pytest

from ncii.dev.release import digest

pytestmark = pytest.mark.stateless


def _folder(path: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


def test_equal_files_have_equal_names(tmp_path: Path):
    files = {"a.js": "1", "b/c.css": "2"}
    assert digest(_folder(tmp_path / "x", files)) == digest(_folder(tmp_path / "y", files))


@pytest.mark.parametrize(
    "other",
    [
        {"a.js": "1", "b/c.css": "3"},
        {"a.js": "1", "b/d.css": "2"},
        {"a.js": "1"},
        {"a.js": "1", "b/c.css": "2", "e": ""},
    ],
)
def test_any_change_gives_another(tmp_path: Path, other: dict[str, str]):
    before = digest(_folder(tmp_path / "x", {"a.js": "1", "b/c.css": "2"}))
    assert digest(_folder(tmp_path / "y", other)) != before
