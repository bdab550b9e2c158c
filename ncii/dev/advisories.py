"""`make advisories`: look every locked package up in the advisory databases.

Ends with 0 if all were asked and know nothing, 1 if one knows something, 2 if one could not be
asked: not knowing is not the same as nothing known. For a job that runs daily, where they can be
reached.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CLEAN, FOUND, UNKNOWN = 0, 1, 2


def pypi(pip_audit: str) -> int:
    """Ask about what requirements.txt locks."""
    command = [pip_audit, "--require-hashes", "--disable-pip", "-r", "requirements.txt"]
    answer = _json([*command, "--format", "json", "--progress-spinner", "off"])
    if answer is None:
        return _say("PyPI: the advisory database could not be asked", UNKNOWN)
    packages = answer["dependencies"]
    for package in packages:
        for known in package.get("vulns", []):
            print(f"PyPI: {package['name']} {package['version']}: {known['id']}")
    if any(package.get("vulns") for package in packages):
        return FOUND
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    if skipped:
        return _say(f"PyPI: {len(skipped)} packages could not be looked up", UNKNOWN)
    return _say(f"PyPI: nothing is known of {len(packages)} packages", CLEAN)


def npm() -> int:
    """Ask about what package-lock.json locks."""
    answer = _json(["npm", "audit", "--omit=dev", "--json"])
    if answer is None or "vulnerabilities" not in answer:
        return _say("npm: the advisory database could not be asked", UNKNOWN)
    for name, known in answer["vulnerabilities"].items():
        print(f"npm: {name}: {known['severity']}")
    return FOUND if answer["vulnerabilities"] else _say("npm: nothing is known", CLEAN)


def _json(command: list[str]) -> Any:
    try:
        ran = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
        )
        return json.loads(ran.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def _say(text: str, result: int) -> int:
    print(text)
    return result


def main() -> int:
    """Return the worse of both answers; something known is the worst."""
    results = {pypi(sys.argv[1]), npm()}
    return FOUND if FOUND in results else max(results)


if __name__ == "__main__":
    sys.exit(main())
