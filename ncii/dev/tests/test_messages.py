"""A catalogue that is not ready to be shown is told from one that is."""

from pathlib import Path

import pytest

from ncii.dev.messages import problems

pytestmark = pytest.mark.stateless

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def _catalogue(folder: Path, text: str) -> Path:
    path = folder / "fr" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + text)
    return path


def test_a_complete_catalogue_passes(tmp_path: Path):
    assert problems(_catalogue(tmp_path, 'msgid "Yes"\nmsgstr "Oui"\n')) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('msgid "Yes"\nmsgstr ""\n', "not translated"),
        ('msgid "Day"\nmsgid_plural "Days"\nmsgstr[0] "Jour"\nmsgstr[1] ""\n', "not translated"),
        ('msgid "Yes?"\nmsgstr "Oui \x01"\n', "control character"),
        ('#, fuzzy\nmsgid "Yes"\nmsgstr "Non"\n', "fuzzy"),
        ('#~ msgid "Yes"\n#~ msgstr "Oui"\n', "stale"),
    ],
)
def test_each_fault_is_told(tmp_path: Path, text: str, word: str):
    (told,) = problems(_catalogue(tmp_path, text))
    assert told.startswith(f"fr/django.po: {word}: ")
