"""Every image is pinned by tag and digest, and no container may do more than it must."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from gunicorn.config import GracefulTimeout

ROOT = Path(__file__).resolve().parents[3]
OURS = "ncii-hash-bank:"
PINNED = re.compile(r"[a-z0-9./_-]+:[A-Za-z0-9._-]+@sha256:[0-9a-f]{64}")
_ARGUMENT = re.compile(r"^ARG ([A-Z_]+)=(\S+)$", re.MULTILINE)
_FROM = re.compile(r"^FROM (\S+)(?: AS (\S+))?$", re.MULTILINE)


def unpinned_in_dockerfile(text: str) -> Iterator[str]:
    """Yield every image that a stage begins with and that has no digest."""
    arguments = dict(_ARGUMENT.findall(text))
    stages: set[str] = set()
    for image, stage in _FROM.findall(text):
        resolved = re.sub(r"\$\{(\w+)\}", lambda found: arguments.get(found[1], ""), image)
        if resolved not in stages and not PINNED.fullmatch(resolved):
            yield f"Dockerfile: {image} has no digest"
        stages.add(stage)


def unpinned_in_compose(services: dict[str, Any]) -> Iterator[str]:
    """Yield every service whose image is not ours and has no digest."""
    for name, service in services.items():
        image = str(service.get("image", ""))
        if not image.startswith(OURS) and not PINNED.fullmatch(image):
            yield f"docker-compose.yml: {name} has an image without a digest"


def too_free(services: dict[str, Any]) -> Iterator[str]:
    """Yield what a container could do that it need not."""
    wanted = {
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
    }
    for name, service in services.items():
        for what, value in wanted.items():
            if service.get(what) != value:
                yield f"docker-compose.yml: {name} lacks {what}"
        if str(service.get("user", "0")).partition(":")[0] in ("", "0", "root"):
            yield f"docker-compose.yml: {name} runs as root"
        if "max-size" not in service.get("logging", {}).get("options", {}):
            yield f"docker-compose.yml: {name} may fill the disk with its log"
        for freedom in ("privileged", "cap_add", "pid", "network_mode", "devices"):
            if freedom in service:
                yield f"docker-compose.yml: {name} has {freedom}"


def too_hasty(services: dict[str, Any]) -> Iterator[str]:
    """Yield a web service that is killed (by default after 10 s) before gunicorn has ended."""
    for name, service in services.items():
        seconds = str(service.get("stop_grace_period", "10s")).removesuffix("s")
        if name == "web" and float(seconds) <= GracefulTimeout.default:
            yield f"docker-compose.yml: {name} is killed with requests in its hands"


def secrets_in_image(text: str) -> Iterator[str]:
    """Yield every line of the Dockerfile that would lay a secret into the image."""
    for line in text.splitlines():
        if re.search(r"(?i)(secret|password|token|_keys)\w*\s*=", line):
            yield f"Dockerfile: a secret stands in {line.split()[0]}"


def kept_to_oneself(text: str) -> Iterator[str]:
    """Yield a Dockerfile that leaves files as they came: the image's account may not read them."""
    if "chmod -R u=rwX,go=rX /app" not in text:
        yield "Dockerfile: /app may hold files that only root can read"


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    wrong = [
        *unpinned_in_dockerfile(dockerfile),
        *secrets_in_image(dockerfile),
        *unpinned_in_compose(services),
        *too_free(services),
        *too_hasty(services),
        *kept_to_oneself(dockerfile),
    ]
    if not re.search(r"^USER [1-9]\d*:[1-9]\d*$", dockerfile, re.MULTILINE):
        wrong.append("Dockerfile: the image runs as root")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
