"""What the product is made of: the list of licences (docs/licences.md) and a CycloneDX SBOM.

    python -m ncii.dev.supply licences [--check]     writes, or compares, docs/licences.md
    python -m ncii.dev.supply sbom                   prints a CycloneDX 1.6 document

Both are read from the two locks, so they name what is installed in production and nothing else.
"""

from __future__ import annotations

import base64
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "licences.md"
# Licences that let anybody run, change and hand on the whole, as ours does. The LGPL's libraries
# are used as they are, and can be replaced.
WELCOME = re.compile(
    r"0BSD|Apache|BSD|CC0|ISC|LGPL|MIT|MPL|PSF|Python Software|Unlicense|Zlib|HPND|Dual", re.I
)
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)(.*)$", re.M)


@dataclass(frozen=True)
class Part:
    """A locked package; `hashes` are (algorithm, hex)."""

    registry: str
    name: str
    version: str
    licence: str
    hashes: list[tuple[str, str]] = field(default_factory=list)

    @property
    def purl(self) -> str:
        """Its package URL (purl specification)."""
        return f"pkg:{self.registry}/{self.name.replace('@', '%40')}@{self.version}"


def parts() -> list[Part]:
    """Return every package of the product. Those of PyPI must be installed."""
    return [*_from_pypi(), *_from_npm()]


def _from_pypi() -> Iterator[Part]:
    for name, version, rest in _LOCKED.findall(_logical_lines()):
        hashes = [("SHA-256", digest) for digest in re.findall(r"sha256:([0-9a-f]{64})", rest)]
        yield Part("pypi", name.lower(), version, _licence(metadata(name)), hashes)


def _logical_lines() -> str:
    return (ROOT / "requirements.txt").read_text().replace("\\\n", " ")


def _licence(told: PackageMetadata) -> str:
    if "License-Expression" in told:
        return told["License-Expression"]
    classified = [line for line in told.get_all("Classifier") or [] if line.startswith("License")]
    if classified:
        return " / ".join(sorted(line.split(" :: ")[-1] for line in classified))
    return told["License"].splitlines()[0] if "License" in told else "unknown"


def _from_npm() -> Iterator[Part]:
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for place, told in locked.items():
        if place and not told.get("dev"):
            algorithm, _, digest = told["integrity"].partition("-")
            hexadecimal = base64.b64decode(digest).hex()
            hashes = [(algorithm.upper().replace("SHA", "SHA-"), hexadecimal)]
            name = place.rpartition("node_modules/")[2]
            yield Part("npm", name, told["version"], told.get("license", "unknown"), hashes)


def licences() -> str:
    """Return the text of docs/licences.md; raise SystemExit for a licence that is not welcome."""
    unwelcome = [part for part in parts() if not WELCOME.search(part.licence)]
    if unwelcome:
        named = ", ".join(f"{part.name} ({part.licence})" for part in unwelcome)
        raise SystemExit(f"Not under a licence that we know to be free: {named}")
    rows = [f"| {part.registry} | {part.name} | {part.licence} |" for part in parts()]
    head = (
        "# What the product is made of, and under which licences\n\n"
        "Made by `make licences` from the locks; `make lint` compares. Ours: Apache-2.0. "
        "Tools and tests are not listed: they are not in the image.\n\n"
        "| from | package | licence |\n| --- | --- | --- |\n"
    )
    return head + "\n".join(rows) + "\n"


def sbom() -> dict[str, Any]:
    """Return a CycloneDX 1.6 document (ECMA-424). Of each package, what the lock would accept."""
    components = [
        {
            "type": "library",
            "bom-ref": part.purl,
            "name": part.name,
            "version": part.version,
            "purl": part.purl,
            "licenses": [{"license": {"name": part.licence}}],
            "properties": [
                {"name": f"locked:{algorithm}", "value": digest}
                for algorithm, digest in part.hashes
            ],
        }
        for part in parts()
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "ncii-hash-bank"}},
        "components": components,
    }


def _print_to_reader(text: str) -> None:
    """Print; whoever has read enough of it, as `head` does, may go."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # What is still buffered must not fail at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(arguments: list[str]) -> int:
    """Run the command; return 1 where `--check` finds that the list is not up to date."""
    if arguments[:1] == ["sbom"]:
        _print_to_reader(json.dumps(sbom(), indent=1))
        return 0
    if arguments[1:] != ["--check"]:
        DOCUMENT.write_text(licences())
        return 0
    if DOCUMENT.exists() and DOCUMENT.read_text() == licences():
        return 0
    print("docs/licences.md is not up to date: make licences", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
