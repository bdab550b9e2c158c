"""`make_keys` prints what production asks for, in an environment that has nothing yet."""

from pathlib import Path

import pytest

from ncii.tests.production import production_environment, run

pytestmark = pytest.mark.stateless


def _made(var: Path) -> dict[str, str]:
    ran = run(["manage.py", "make_keys"], {"NCII_MODE": "production", "NCII_VAR": str(var)})
    assert ran.returncode == 0, ran.stderr
    return dict(line.split("=", 1) for line in ran.stdout.splitlines())


def test_production_starts_with_the_keys_it_prints(tmp_path: Path) -> None:
    keys = _made(tmp_path)
    env = production_environment(tmp_path)

    ran = run(["manage.py", "check"], env | keys)

    assert ran.returncode == 0, ran.stderr
    assert {name for name in env if name.endswith(("_KEY", "_KEYS"))} == set(keys)


def test_keys_are_fresh_each_time(tmp_path: Path) -> None:
    first, second = _made(tmp_path), _made(tmp_path)

    assert not set(first.values()) & set(second.values())
    assert not list(tmp_path.iterdir())
