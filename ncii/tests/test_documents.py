"""What the documents promise to be shown by a test, a test of that name shows."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.stateless
ROOT = Path(__file__).resolve().parents[2]
APPS = ("cases", "hashes", "matching", "ncii", "partners")
DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))
_TEST = re.compile(r"\b(test_\w+)\b(?!\.py|/)")
_FILE = re.compile(r"`((?:[a-z_]+/)*(?:test_)?\w+\.py)`")


def named_but_missing(text: str, there: set[str], files: set[str]) -> list[str]:
    """Return tests and Python files that a text names and that are not there."""
    tests = [name for name in _TEST.findall(text) if name not in there]
    return tests + [path for path in _FILE.findall(text) if not any(
        f"/{each}".endswith(f"/{path}") for each in files
    )]  # fmt: skip


def _there() -> tuple[set[str], set[str]]:
    paths = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    tests = {
        name
        for path in paths
        if path.name.startswith("test_")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    names = {path.stem for path in paths}
    return tests | names, {str(path.relative_to(ROOT)) for path in paths}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_and_file_that_a_document_names_is_there(document: Path) -> None:
    assert named_but_missing(document.read_text(), *_there()) == []


def test_a_name_that_is_gone_is_found() -> None:
    said = "shown by `test_that_nobody_wrote` and `ncii/tests/test_gone.py`, not `test_errors.py`"
    assert named_but_missing(said, *_there()) == [
        "test_that_nobody_wrote",
        "ncii/tests/test_gone.py",
    ]


def test_every_setting_is_in_the_runbook() -> None:
    code = "".join(path.read_text() for path in (ROOT / "ncii").glob("*.py"))
    settings = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', code))
    runbook = (ROOT / "docs" / "operations.md").read_text()
    assert len(settings) > 25
    assert sorted(name for name in settings if f"`{name}`" not in runbook) == []


# The image settles these, or production refuses them.
NOT_FOR_COMPOSE = {"NCII_VAR", "NCII_RELEASE", "WEB_BIND", "DEBUG", "WEBHOOKS_MAY_BE_LOCAL"}


def test_every_setting_of_the_runbook_reaches_the_containers() -> None:
    table = (ROOT / "docs" / "operations.md").read_text().partition("## Settings")[2]
    rows = [line for line in table.partition("\n## ")[0].splitlines() if line.startswith("| `")]
    settings = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}
    compose = (ROOT / "docker-compose.yml").read_text()
    assert len(settings) > 35
    missing = [name for name in settings - NOT_FOR_COMPOSE if f"    {name}:" not in compose]
    assert sorted(missing) == []


@pytest.mark.parametrize(
    "document",
    [*sorted(ROOT.glob("*.md")), *DOCUMENTS, *sorted((ROOT / "docs" / "adr").glob("*.md"))],
    ids=lambda path: path.name,
)
def test_every_file_that_a_document_links_to_is_there(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|/|#)([^)#\s]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []
