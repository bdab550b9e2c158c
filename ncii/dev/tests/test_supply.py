"""The bill of materials names what the locks name, and no licence comes in unseen."""

import re
import subprocess
import sys

import pytest

from ncii.dev import supply


def test_every_locked_package_is_a_part_with_its_hashes() -> None:
    locked = re.findall(
        r"^([\w.-]+)(?:\[.*\])?==", (supply.ROOT / "requirements.txt").read_text(), re.M
    )
    parts = supply.parts()
    assert {part.name for part in parts if part.registry == "pypi"} == {n.lower() for n in locked}
    assert "@jsquash/jpeg" in {part.name for part in parts if part.registry == "npm"}
    assert "axe-core" not in {part.name for part in parts}, "a tool of the tests"
    assert all(part.hashes for part in parts)
    purls = [component["purl"] for component in supply.sbom()["components"]]
    assert len(set(purls)) == len(purls) == len(parts)
    assert any(purl.startswith("pkg:npm/%40jsquash/jpeg@") for purl in purls)


def test_a_licence_that_nobody_has_looked_at_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    strange = supply.Part("pypi", "strange", "1", "Proprietary")
    monkeypatch.setattr(supply, "parts", lambda: [strange])
    with pytest.raises(SystemExit, match="strange"):
        supply.licences()


def test_whoever_reads_the_bill_may_stop_early():
    command = [sys.executable, "-m", "ncii.dev.supply", "sbom"]
    with subprocess.Popen(
        command, cwd=supply.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as printing:
        assert printing.stdout is not None and printing.stderr is not None
        assert printing.stdout.readline() == "{\n"
        printing.stdout.close()
        assert printing.stderr.read() == ""
        assert printing.wait() == 0
