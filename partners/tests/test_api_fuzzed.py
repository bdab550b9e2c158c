"""Thousands of made-up requests: no server error, no answer that the document does not describe."""

import json
import os
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ncii.tests.stack import ROOT, Stack
from partners.tests.tx import claim_on, new_key

pytestmark = pytest.mark.e2e
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
# What has to have been carried out, not only refused.
REACHED = (
    "POST /api/v1/matches 201",
    "PUT /api/v1/hashes/{name}/verdict 200",
    "POST /api/v1/hashes/{name}/dispute 201",
    "GET /api/v1/hashes/{name}/dispute 200",
    "POST /api/v1/hashes/lookup 200",
    "POST /api/v1/hashes 201",
    "POST /api/v1/keys 201",
)


@pytest.fixture(scope="module")
def patient_stack() -> Iterator[Stack]:
    """A product that does not tire of requests."""
    with Stack({"PARTNER_RATE_FACTOR": "10000"}) as running:
        yield running


def _ids(stack: Stack, key: str) -> list[str]:
    """Return the platform's ids of all hashes."""
    address = f"{stack.url}/api/v1/hashes/changes"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request) as answer:
        return [change["id"] for change in json.load(answer)["changes"]]


def test_schemathesis_finds_nothing(patient_stack: Stack, tmp_path: Path) -> None:
    key = new_key(patient_stack, "Fuzz")
    claim_on(patient_stack, ("VideoMD5", "0" * 32), ("VideoMD5", "1" * 32))
    answers = tmp_path / "answers"
    ran = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            *("run", f"{patient_stack.url}/api/v1/openapi.json"),
            *("--header", f"Authorization: Bearer {key}"),
            *("--header", f"Ocp-Apim-Subscription-Key: {key}"),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", "10"),
            *("--checks", ",".join(CHECKS), "--request-timeout", "60"),
            "--generation-deterministic",
        ],
        cwd=tmp_path,
        env=os.environ
        | {
            "SCHEMATHESIS_HOOKS": "partners.tests.fuzz_hooks",
            "PYTHONPATH": str(ROOT),
            "FUZZ_IDS": ",".join(_ids(patient_stack, key)),
            "FUZZ_ANSWERS": str(answers),
        },
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "api_failed" not in patient_stack.logs()
    seen = Counter(answers.read_text().splitlines())
    assert [line for line in REACHED if not seen[line]] == [], seen
