"""docs/partner-guide.md does what it says, as it stands."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hashes.signal_types import ImagePDQ
from ncii.tests.stack import Stack
from partners.tests.tx import claim_on, new_key

pytestmark = pytest.mark.e2e
GUIDE = Path(__file__).parents[2] / "docs" / "partner-guide.md"
RUNNERS = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}
SAID = """
from partners.models import Feedback
from matching.models import MatchReport
print([f.value for f in Feedback.objects.filter(partner__name={name!r})])
print([r.distance for r in MatchReport.objects.filter(partner__name={name!r})])
"""


def block(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@pytest.mark.parametrize("language", sorted(RUNNERS))
def test_its_commands_lead_to_a_reported_match(stack: Stack, tmp_path: Path, language: str) -> None:
    name = f"Guide in {language}"
    key = new_key(stack, name)
    claim_on(stack, ("ImagePDQ", ImagePDQ.examples[0]))
    ran = subprocess.run(
        [*RUNNERS[language], block(language)],
        env={"PATH": os.environ["PATH"], "BANK": stack.url, "KEY": key},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = stack.manage("shell", stdin=SAID.format(name=name)).splitlines()
    assert said[-2:] == ["['Blocked']", "[8]"]


def test_five_commands_of_curl_are_enough() -> None:
    assert 1 <= block("sh").count("curl ") <= 5
