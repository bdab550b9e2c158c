"""The containers' health checks tell a living process from a dead one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ncii.tests.stack import ROOT, Stack
from ncii.tests.waiting import wait_until

pytestmark = pytest.mark.e2e


def _ask(stack: Stack, name: str, **env: str) -> int:
    asked = subprocess.run(
        [sys.executable, "-m", "ncii.health", name],
        env=stack.env | {"WEB_BIND": f"127.0.0.1:{stack.port}"} | env,
        cwd=ROOT,
        check=False,
    )
    return asked.returncode


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_the_living_become_well(stack: Stack, name: str):
    wait_until(lambda: _ask(stack, name) == 0, stack.logs)


def test_web_is_ill_where_nobody_listens(stack: Stack):
    assert _ask(stack, "web", WEB_BIND="127.0.0.1:1") == 1


def test_web_is_asked_where_it_listens_whatever_else_a_platform_sets(stack: Stack):
    assert _ask(stack, "web", PORT="1") == 0


def test_a_part_that_there_is_not_is_no_health(stack: Stack):
    assert _ask(stack, "wbe") == 2


def test_beat_is_ill_once_its_sign_of_life_is_old(stack: Stack, tmp_path: Path):
    old = tmp_path / "beat-alive"
    old.touch()
    assert _ask(stack, "beat", NCII_VAR=str(tmp_path)) == 0
    os.utime(old, (1, 1))
    assert _ask(stack, "beat", NCII_VAR=str(tmp_path)) == 1


def test_beat_goes_on_giving_signs_of_life(stack: Stack):
    alive = stack.var / "beat-alive"
    os.utime(alive, (1, 1))
    wait_until(lambda: alive.stat().st_mtime != 1, stack.logs)


def test_beat_is_ill_without_a_sign_of_life(stack: Stack, tmp_path: Path):
    assert _ask(stack, "beat", NCII_VAR=str(tmp_path)) == 1
