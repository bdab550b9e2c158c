"""A program that is missing is named in one line, with what brings it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ncii.dev import tools

pytestmark = pytest.mark.stateless


def _empty_path(tmp_path: Path) -> dict[str, str]:
    return {"PATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}


def test_a_missing_program_is_named_in_one_line(tmp_path: Path):
    """With nothing on PATH there is no apt-get either, so that nothing can be installed."""
    asked = subprocess.run(
        [sys.executable, "-I", tools.__file__, "redis"],
        env=_empty_path(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 1
    assert asked.stderr == (
        "make: redis is missing (tests on Redis): apt-get install redis-server\n"
    )


@pytest.mark.parametrize(("version", "code"), [("v18.20.4", 1), ("nothing", 1), ("v20.0.0", 0)])
def test_an_old_node_is_none(tmp_path: Path, version: str, code: int):
    program = tmp_path / "node"
    program.write_text(f"#!/bin/sh\necho {version}\n")
    program.chmod(0o755)
    asked = subprocess.run(
        [sys.executable, "-I", tools.__file__, "node"],
        env=_empty_path(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == code
    assert ("install Node 20" in asked.stderr) == bool(code)


def test_what_is_there_is_found(tmp_path: Path):
    program = tmp_path / "redis-server"
    program.touch(mode=0o755)
    asked = subprocess.run(
        [sys.executable, "-I", tools.__file__, "redis"], env=_empty_path(tmp_path), check=False
    )
    assert asked.returncode == 0


def test_another_browser_may_be_chosen(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHROMIUM", "/opt/browser/chrome")
    assert tools.find("chromium") == Path("/opt/browser/chrome")


def test_postgres_is_found_with_all_that_is_needed():
    folder = tools.find("postgres")
    assert all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres", "pg_isready"))
