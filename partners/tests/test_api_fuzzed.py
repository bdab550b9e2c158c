"""Thousands of made-up requests: no server error, no answer that the document does not describe."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ncii.tests.stack import Stack
from partners.tests.tx import claim_on, new_key

pytestmark = pytest.mark.e2e
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


@pytest.fixture(scope="module")
def patient_stack() -> Iterator[Stack]:
    """A product that does not tire of requests."""
    with Stack({"PARTNER_RATE_FACTOR": "10000"}) as running:
        yield running


def test_schemathesis_finds_nothing(patient_stack: Stack, tmp_path: Path) -> None:
    key = new_key(patient_stack, "Fuzz")
    claim_on(patient_stack, ("VideoMD5", "0" * 32))
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
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "api failed" not in patient_stack.logs()
